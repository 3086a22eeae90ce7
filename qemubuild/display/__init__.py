"""Rich display: each public object as HTML for notebooks, and pictures as SVG.

A module for each thing that is shown. Nothing needs JavaScript or a network, every value is
escaped, and looking at an object never raises, waits long or changes it.
"""
