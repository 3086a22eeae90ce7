// A guest's screen as the kernel sends it, one picture after the other; nothing to type into.

function render({ model, el }) {
  const root = document.createElement("div");
  root.style.cssText = "display: inline-block; max-width: 100%; font: 12px/1.5 system-ui, sans-serif";
  const bar = document.createElement("div");
  bar.style.cssText = "display: flex; gap: .75em; padding: .2em 0";
  const name = document.createElement("b");
  name.textContent = model.get("title");
  const words = document.createElement("span");
  words.style.cssText = "flex: 1; opacity: .75";
  const image = document.createElement("img");
  image.alt = `the screen of ${model.get("title")}`;
  image.style.cssText =
    "max-width: 100%; display: block; box-sizing: border-box; border: 1px solid rgba(128, 128, 128, .5); border-radius: 3px";
  bar.append(name, words);
  root.append(bar, image);
  el.append(root);

  let url = "";
  const show = () => {
    const before = url;
    const { buffer, byteOffset, byteLength } = model.get("picture");
    url = URL.createObjectURL(
      new Blob([new Uint8Array(buffer, byteOffset, byteLength)], { type: "image/png" }),
    );
    image.onload = () => {
      if (before) URL.revokeObjectURL(before);
      model.send({ seen: model.get("number") });
    };
    image.src = url;
  };
  const caption = () => {
    words.textContent = model.get("over") || "live";
    image.style.opacity = model.get("over") ? 0.6 : 1;
  };
  model.on("change:picture", show);
  model.on("change:over", caption);
  show();
  caption();
  model.send({ views: 1 });

  return () => {
    model.off("change:picture", show);
    model.off("change:over", caption);
    if (url) URL.revokeObjectURL(url);
    model.send({ views: -1 }); // the cell was cleared, or is run again
  };
}

export default { render };
