"""The studio: a static page. Its modules are in `static/`, served by `wuhen.service.studio`."""
