// A guest's screen, keyboard and mouse: noVNC, on a channel to QEMU's own VNC server.

import RFB from "@novnc/novnc";
import { Channel } from "./channel.js";
import { Frame, WAITING } from "./frame.js";

// What a canvas shows, to stay when it goes.
function picture(canvas) {
  if (!canvas?.width) return null;
  const copy = document.createElement("canvas");
  copy.width = canvas.width;
  copy.height = canvas.height;
  copy.style.width = "100%";
  copy.getContext("2d").drawImage(canvas, 0, 0);
  return copy;
}

function render({ model, el }) {
  const frame = new Frame(el, model.get("title"));
  const channel = new Channel(model);
  let why = "";
  const rfb = new RFB(frame.screen, channel, { shared: true });
  rfb.scaleViewport = true;
  rfb.background = "#000";
  rfb.qualityLevel = 9; // text is read, and few bytes are to be saved on the way to a kernel
  // noVNC has taken the channel's handlers: this one comes first.
  const { onclose } = channel;
  channel.onclose = (event) => {
    why = event.reason;
    const last = picture(frame.screen.querySelector("canvas"));
    onclose(event);
    if (last) frame.screen.replaceChildren(last); // noVNC takes its own away
  };
  channel.onwaiting = () => frame.say(WAITING);
  frame.say("connecting …");

  // noVNC fills what it is given: that is to have the shape of the guest's screen, at full size
  // where there is room.
  const shape = () => {
    const canvas = frame.screen.querySelector("canvas");
    if (!canvas?.width) return;
    frame.screen.style.width = `${canvas.width + 4}px`;
    frame.screen.style.maxWidth = "100%";
    frame.screen.style.aspectRatio = `${canvas.width + 4} / ${canvas.height + 4}`;
  };
  const observer = new MutationObserver(shape);
  observer.observe(frame.screen, {
    subtree: true,
    attributes: true,
    attributeFilter: ["width", "height"],
  });
  frame.screen.style.width = "640px";
  frame.screen.style.aspectRatio = "8 / 5";

  const idle = "click into the screen to type";
  rfb.addEventListener("connect", () => {
    frame.say(idle);
    frame.button("Ctrl-Alt-Del", "press these keys together", () => rfb.sendCtrlAltDel());
    frame.button("Full screen", "Esc leaves it", () => frame.screen.requestFullscreen());
  });
  rfb.addEventListener("disconnect", () => frame.end(why || "closed"));
  frame.screen.addEventListener("focusin", () => frame.say("what you type goes to the guest"));
  frame.screen.addEventListener("focusout", () => {
    if (!frame.root.classList.contains("over")) frame.say(idle);
  });

  return () => {
    observer.disconnect();
    rfb.disconnect();
    channel.close();
  };
}

export default { render };
