"""watchlists: YAML files of topics, sources and channels, read into the domain or refused with a place and a reason."""

from .edits import Edit, compare_loaded, digest_of, must_wait, takes_away
from .kinds import DEFAULT_KINDS, OptionSpec, SourceKindSpec
from .load import Folder, Loaded, load_files, load_folder, merge_last_good, read_folder
from .ruleset import ruleset, ruleset_of
from .schema import schema, schema_text
from .services import DEFAULT_SCHEMES, Service, check_url

__all__ = [
    "DEFAULT_KINDS",
    "DEFAULT_SCHEMES",
    "Edit",
    "Folder",
    "Loaded",
    "OptionSpec",
    "Service",
    "SourceKindSpec",
    "check_url",
    "compare_loaded",
    "digest_of",
    "load_files",
    "load_folder",
    "merge_last_good",
    "must_wait",
    "read_folder",
    "ruleset",
    "ruleset_of",
    "schema",
    "schema_text",
    "takes_away",
]
