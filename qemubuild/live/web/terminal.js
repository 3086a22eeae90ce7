// A guest's serial port: xterm.js, on a channel to the console that the kernel keeps.

import { Terminal } from "@xterm/xterm";
import css from "@xterm/xterm/css/xterm.css";
import { Channel } from "./channel.js";
import { Frame, WAITING } from "./frame.js";

function render({ model, el }) {
  const frame = new Frame(el, model.get("title"));
  const style = document.createElement("style");
  style.textContent = css;
  el.prepend(style);

  const terminal = new Terminal({
    cols: model.get("columns"),
    rows: model.get("rows"),
    scrollback: 10000,
    fontSize: 13,
    fontFamily: "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  });
  frame.screen.style.overflowX = "auto"; // on a narrow page
  terminal.open(frame.screen);

  const channel = new Channel(model);
  const bytes = new TextEncoder();
  const idle = "click into it to type";
  channel.onopen = () => frame.say(idle);
  channel.onmessage = ({ data }) => terminal.write(new Uint8Array(data));
  channel.onclose = ({ reason }) => frame.end(reason || "closed");
  channel.onwaiting = () => frame.say(WAITING);
  frame.say("connecting …");
  terminal.onData((text) => channel.send(bytes.encode(text)));
  terminal.onBinary((text) => channel.send(Uint8Array.from(text, (one) => one.charCodeAt(0))));
  frame.screen.addEventListener("focusin", () => frame.say("what you type goes to the guest"));
  frame.screen.addEventListener("focusout", () => {
    if (!frame.root.classList.contains("over")) frame.say(idle);
  });

  return () => {
    channel.close();
    terminal.dispose();
  };
}

export default { render };
