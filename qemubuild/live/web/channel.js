// One view's way to the guest, over the widget's messages; qemubuild/live/views.py is the other side.
//
// It has all of a WebSocket that noVNC asks for.

const PATIENCE = 5000; // milliseconds for the kernel to answer
const AGAIN = 500; // milliseconds between two tries

export class Channel {
  constructor(model) {
    this.model = model;
    this.view = crypto.getRandomValues(new Uint32Array(2)).join("-");
    this.binaryType = "arraybuffer";
    this.protocol = "";
    this.readyState = "connecting";
    this.onopen = this.onmessage = this.onclose = this.onerror = null;
    this.onwaiting = null; // the kernel does not answer: it is busy, or gone
    this._hear = (message, buffers) => this._take(message, buffers ?? []);
    model.on("msg:custom", this._hear);
    this._waiting = setTimeout(() => this.onwaiting?.(), PATIENCE);
    // JupyterLab opens a way past a busy kernel, a moment after the widget is there: what was said
    // before that waits for the cell.
    this._knocking = setInterval(() => this._say("open"), AGAIN);
    this._say("open");
  }

  send(data) {
    // noVNC uses its buffer again at once.
    if (this.readyState === "open") this._say("data", {}, [new Uint8Array(data).slice().buffer]);
  }

  close() {
    if (this.readyState === "closing" || this.readyState === "closed") return;
    this._answered();
    this._say("close");
    this.readyState = "closing";
    setTimeout(() => this._end("")); // as a WebSocket: who closes it is told later, not meanwhile
  }

  _say(kind, more, buffers) {
    this.model.send({ kind, view: this.view, ...more }, undefined, buffers);
  }

  _take(message, buffers) {
    if (message.view !== this.view || this.readyState.startsWith("clos")) return;
    this._answered();
    if (message.kind === "opened") {
      this.readyState = "open";
      this.onopen?.({});
    } else if (message.kind === "data") {
      for (const { buffer, byteOffset, byteLength } of buffers) {
        this.onmessage?.({ data: buffer.slice(byteOffset, byteOffset + byteLength) });
        this._say("seen", { bytes: byteLength });
      }
    } else if (message.kind === "closed") {
      this.readyState = "closing";
      this._end(message.why);
    }
  }

  _answered() {
    clearTimeout(this._waiting);
    clearInterval(this._knocking);
  }

  _end(reason) {
    this._answered();
    this.model.off("msg:custom", this._hear);
    this.readyState = "closed";
    this.onclose?.({ code: 1000, reason, wasClean: true });
  }
}
