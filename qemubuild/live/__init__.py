"""What is live in a notebook: a guest's screen, its keyboard and mouse, and its text console.

``watch.py`` shows the screen as it changes, ``viewer.py`` a screen to work at, ``terminal.py`` the
serial port. What the browser runs is in ``web/``, and is bundled with noVNC and xterm.js when the
package is built; nothing is fetched at run time. ``views.py`` carries the bytes between the browser
and the guest, over the connection that a notebook has anyway: so it works on a distant host, too,
and there is no port to open or to guard.
"""

from qemubuild.live.methods import Live

__all__ = ["Live"]
