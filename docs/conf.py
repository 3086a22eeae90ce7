"""How the documentation is built: Sphinx with furo and MyST, and nothing from the network."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
# The findings page is made of the examples that the tests judge.
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

import qemubuild  # noqa: E402

project = "qemubuild"
author = "The qemubuild authors"
copyright = "2026, The qemubuild authors"  # noqa: A001 - Sphinx calls it so
version = release = qemubuild.__version__

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "findings_page",
    "mends_page",
    "notebook_pages",
    "reference_pages",
]
exclude_patterns = ["_build", "_ext", "examples"]
myst_enable_extensions = ["attrs_block", "colon_fence", "deflist"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
napoleon_google_docstring = True
napoleon_numpy_docstring = False
napoleon_use_ivar = True
napoleon_attr_annotations = False  # the signature has them
add_module_names = False
maximum_signature_line_length = 100

html_theme = "furo"
pygments_dark_style = "github-dark"
html_title = f"qemubuild {release}"
html_static_path = ["_static"]
html_css_files = ["custom.css"]
html_show_sphinx = False
html_copy_source = False
