"""A plugin's pages lie under its own address, each with its permission; they are tried on an empty app first."""

from flask import Flask

from core.web.frame import undeclared

# What a blueprint can hang on the whole app, past its own pages, by the name of flask's own register.
WHOLE_APP = ("before_request_funcs", "after_request_funcs", "teardown_request_funcs", "url_value_preprocessors",
             "url_default_functions", "error_handler_spec")


def prefix_of(name: str) -> str:
    return f"/c/<coalition>/{name}"


def put(app, name: str, blueprints) -> None:
    """Serve the plugin's pages. ValueError tells what is wrong with them; then none is served."""
    if wrong := faults(name, blueprints):
        raise ValueError("; ".join(wrong))
    for blueprint in blueprints:
        app.register_blueprint(blueprint, url_prefix=prefix_of(name))


def faults(name: str, blueprints) -> list[str]:
    """What is wrong with these pages, as it stands on an empty app: no permission, another's address, the whole app."""
    trial = Flask("trial", static_folder=None)
    for blueprint in blueprints:
        trial.register_blueprint(blueprint, url_prefix=prefix_of(name))
    found = [f"its route {endpoint} names no permission" for endpoint in undeclared(trial)]
    found += [f"its address {rule.rule} lies outside {prefix_of(name)}/" for rule in trial.url_map.iter_rules()
              if not f"{rule.rule}/".startswith(f"{prefix_of(name)}/")]
    return found + [f"it changes the whole app by {register}" for register in WHOLE_APP
                    if getattr(trial, register).get(None)]
