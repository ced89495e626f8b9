"""What one installation has decided: read from `commonweal.toml` in its folder, then from COMMONWEAL_* variables."""

import os
import secrets
import tomllib
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from core.errors import Refused
from core.keyring import KEY_BYTES, Keyring, write_key_file
from core.language import lazy


@dataclass(frozen=True)
class Settings:
    """Every setting with its default. A name here is its word in the file and, in capitals, in the environment."""

    instance: Path
    database: str = ""                      # "": commonweal.sqlite3 in the instance's folder; or postgresql://…
    keyring: str = ""                       # "": keyring.sqlite3 in the instance's folder; or another postgresql://…
    key_file: str = ""                      # "": beside the instance's folder, named like it, ending in .key
    address: str = "http://127.0.0.1:8000"  # links that leave the pages begin with it
    proxies: int = 0                        # how many proxies of your own stand before the server
    plugins: tuple[str, ...] = ("recommendations", "midterm")
    theme: str = "default"
    languages: tuple[str, ...] = ("en", "ar", "fr")
    zone: str = "UTC"
    session_idle_minutes: int = 120
    coordinator_idle_minutes: int = 30
    session_most_hours: int = 12
    fresh_minutes: int = 10                 # after signing in, for what asks to sign in again
    set_up_hours: int = 72
    reset_hours: int = 1                    # for an account that is in use: who finds the link takes it over
    upload_megabytes: int = 50
    coalition_megabytes: int = 2048         # what all files of one coalition may take together
    threads: int = 8
    mail: str = ""                          # smtp://user@host:port, or smtps://…; "": no mail is sent
    mail_from: str = ""                     # the sender of every mail; "": the user of `mail`
    mail_password_file: str = ""            # a file that holds the password alone
    mail_password: str = field(default="", repr=False)      # from the environment only
    neutral_page: str = ""                  # where "Leave at once" leads, such as a weather page; "": not offered

    @property
    def database_url(self) -> str:
        return self.database or f"sqlite:///{self.instance / 'commonweal.sqlite3'}"

    @property
    def keyring_url(self) -> str:
        return self.keyring or f"sqlite:///{self.instance / 'keyring.sqlite3'}"

    @property
    def key_file_path(self) -> Path:
        return Path(self.key_file) if self.key_file else self.instance.with_name(f"{self.instance.name}.key")

    @property
    def files(self) -> Path:
        return self.instance / "files"

    @property
    def backups(self) -> Path:
        """Where `upgrade` puts the backup it makes first; not part of a backup."""
        return self.instance / "backups"

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https://")

    def secret(self) -> bytes:
        """The random key that signs CSRF marks and the cookies of people who are not signed in."""
        return (self.instance / "secret").read_bytes()


def read_settings(instance: Path | str, environment=os.environ) -> Settings:
    """The settings of the instance in this folder. Refused names the file or variable that cannot be understood."""
    folder = Path(instance).resolve()
    path = folder / "commonweal.toml"
    try:
        written = tomllib.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Refused(lazy("%(file)s cannot be read: %(error)s. Mend this line, or move the file away.",
                           file=str(path), error=str(error))) from None
    settings = Settings(instance=folder)
    known = {field.name: field.type for field in fields(Settings) if field.name != "instance"}
    if "mail_password" in written:          # backups carry the file
        raise Refused(lazy("%(file)s holds the mail password, which every backup would carry. Put it into the variable "
                           "COMMONWEAL_MAIL_PASSWORD, or into a file that `mail_password_file` names.", file=str(path)))
    if strange := set(written) - set(known):
        raise Refused(lazy("%(file)s names the setting %(name)s, which does not exist. The settings are: %(known)s.",
                           file=str(path), name=sorted(strange)[0], known=", ".join(sorted(known))))
    for name, default in ((name, getattr(settings, name)) for name in known):
        value = environment.get(f"COMMONWEAL_{name.upper()}", written.get(name, default))
        settings = replace(settings, **{name: _as(type(default), value, name)})
    return settings


def _as(kind, value, name):
    if kind is tuple and isinstance(value, str):
        value = value.replace(",", " ").split()
    try:
        return kind(value)
    except (TypeError, ValueError):
        raise Refused(lazy("The setting %(name)s must be a number, not “%(value)s”.",
                           name=name, value=str(value))) from None


def make_folder(folder: Path) -> None:
    """Make the folder of an instance where it is missing. Names and words lie in it in clear: other accounts of the
    machine may not read it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o700, exist_ok=True)


def make_instance(instance: Path | str) -> bool:
    """Make the folder, its files folder and its secret where they are missing. True: the instance is new.

    A new one gets its key file, beside the folder, and its keyring. It is for the account that runs the server alone:
    nobody else on the machine reads the database.
    """
    folder = Path(instance).resolve()
    make_folder(folder)
    (folder / "files").mkdir(exist_ok=True)
    secret = folder / "secret"
    if secret.exists():
        return False
    folder.chmod(0o700)
    handle = os.open(secret, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
    if not (folder / "commonweal.sqlite3").exists():    # sealed rows may stand in it, which need the keys that they had
        begin_keys(read_settings(folder))
    return True


def begin_keys(settings: Settings) -> None:
    """A keyring, with the key file that lies there or a new one. Refused where there is a keyring already."""
    ring = Keyring(settings)
    if ring.exists():
        raise Refused(lazy("There is a keyring already. Nothing was changed."))
    if not settings.key_file_path.exists():
        write_key_file(settings.key_file_path, secrets.token_bytes(KEY_BYTES))
    ring.make()
