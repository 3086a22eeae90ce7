// What is around a screen: a line of words above it, buttons, and a border that says who has the
// keyboard.

const STYLE = `
.qemubuild { display: inline-block; max-width: 100%; font: 12px/1.5 system-ui, sans-serif; }
.qemubuild .bar { display: flex; gap: .75em; align-items: center; padding: .2em 0; }
.qemubuild .bar b { font-weight: 600; }
.qemubuild .bar span { flex: 1; opacity: .75; }
.qemubuild .bar button { font: inherit; color: inherit; background: none; cursor: pointer;
  border: 1px solid rgba(128, 128, 128, .5); border-radius: 3px; padding: 0 .5em; }
.qemubuild .bar button:hover { background: rgba(128, 128, 128, .2); }
.qemubuild .screen { border: 2px solid rgba(128, 128, 128, .5); border-radius: 3px;
  background: #000; overflow: hidden; box-sizing: border-box; }
.qemubuild .screen:focus-within { border-color: #1f7a3f; }
.qemubuild.over .screen { opacity: .6; }
`;

export class Frame {
  constructor(el, title) {
    const style = document.createElement("style");
    style.textContent = STYLE;
    this.root = document.createElement("div");
    this.root.className = "qemubuild";
    // JupyterLab leaves the keys alone that are pressed in here: "d" "d" is not to delete the cell.
    this.root.dataset.lmSuppressShortcuts = "true";
    this.root.dataset.jpSuppressContextMenu = "true";
    this.bar = document.createElement("div");
    this.bar.className = "bar";
    const name = document.createElement("b");
    name.textContent = title;
    this.words = document.createElement("span");
    this.bar.append(name, this.words);
    this.screen = document.createElement("div");
    this.screen.className = "screen";
    this.root.append(this.bar, this.screen);
    el.append(style, this.root);
    // Other front-ends have shortcuts of their own.
    for (const kind of ["keydown", "keyup", "keypress"]) {
      this.root.addEventListener(kind, (event) => event.stopPropagation());
    }
  }

  say(words) {
    this.words.textContent = words;
  }

  button(words, title, then) {
    const button = document.createElement("button");
    button.textContent = words;
    button.title = title;
    button.onclick = then;
    this.bar.append(button);
    return button;
  }

  end(why) {
    this.root.classList.add("over");
    this.say(why);
    for (const button of this.bar.querySelectorAll("button")) button.remove();
  }
}

export const WAITING = "the kernel does not answer: it is busy with a cell, or was stopped";
