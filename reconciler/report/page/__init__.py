"""The routes as one HTML file: a model of the page, and the template that writes it."""
