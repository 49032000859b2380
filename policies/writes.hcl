# What programs do to paths: which flag or operand is written, replaced, edited or
# removed, and when. The policies on the first five blocks decide it, for all programs
# alike; a program more is a block more here, or a word in one.

command "written" { # opened and written over
  on = "write"
  flag "from" {
    type    = list(string)
    default = []
  }
  operand "paths" {
    type   = list(string)
    target = "path"
  }
}

command "replaced" { # another file takes its name
  on = "replace"
  flag "from" {
    type    = list(string)
    default = []
  }
  operand "paths" {
    type   = list(string)
    target = "path"
  }
}

command "edited" {
  on = "edit"
  operand "paths" {
    type   = list(string)
    target = "path"
  }
}

command "appended" {
  on = "append"
  operand "paths" {
    type   = list(string)
    target = "path"
  }
}

command "removed" {
  on = "remove"
  operand "paths" {
    type   = list(string)
    target = "path"
  }
}

# --- copies

command "copy" {
  other_flags = "harmless"
  program     = "cp"
  flag "suffix" { short = "S" }
  flag "target-directory" {
    short = "t"
    does  = "write"
    from  = ["sources", "to"]
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "write"
    from    = "sources"
    without = "target-directory"
  }
}

command "copy-remote" {
  other_flags = "harmless"
  program     = ["scp", "pscp"]
  flag "value" {
    short = ["c", "D", "F", "i", "J", "l", "o", "P", "S", "X"]
    long  = []
    type  = list(string)
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does = "write"
    from = "sources"
  }
}

command "install" { # takes the old file away first
  other_flags = "harmless"
  program     = ["install", "ginstall"]
  otherwise   = "harmless"
  flag "value" {
    short = ["g", "m", "o", "S"]
    long  = ["group", "mode", "owner", "strip-program", "suffix"]
    type  = list(string)
  }
  flag "directory" {
    short = "d"
    type  = bool
  }
  flag "target-directory" {
    short = "t"
    does  = "replace"
    from  = ["sources", "to"]
  }
  flag "other" {
    short = ["b", "c", "C", "D", "p", "s", "T", "v", "Z"]
    long  = ["backup", "compare", "preserve-timestamps", "strip", "verbose"]
    type  = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "replace"
    from    = "sources"
    without = ["directory", "target-directory"]
  }
}

command "link" { # without -f it refuses
  other_flags = "harmless"
  program     = "ln"
  otherwise   = "harmless"
  flag "force" {
    short = "f"
    type  = bool
  }
  flag "suffix" { short = "S" }
  flag "target-directory" {
    short = "t"
    does  = "replace"
    from  = ["sources", "to"]
    with  = "force"
  }
  flag "other" {
    short = ["b", "d", "F", "i", "L", "n", "P", "r", "s", "T", "v"]
    long  = ["backup", "directory", "interactive", "logical", "no-dereference", "no-target-directory", "physical", "relative", "symbolic", "verbose"]
    type  = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "replace"
    from    = "sources"
    with    = "force"
    without = "target-directory"
  }
}

command "move-onto" {
  other_flags = "harmless"
  program     = "mv"
  otherwise   = "harmless"
  flag "no-clobber" {
    short = "n"
    type  = bool
  }
  flag "suffix" { short = "S" }
  flag "target-directory" {
    short   = "t"
    does    = "replace"
    from    = ["sources", "to"]
    without = "no-clobber"
  }
  flag "other" {
    short = ["b", "f", "i", "T", "u", "v", "Z"]
    long  = ["backup", "force", "interactive", "no-target-directory", "strip-trailing-slashes", "update", "verbose"]
    type  = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "replace"
    from    = "sources"
    without = ["no-clobber", "target-directory"]
  }
}

command "rsync" { # what it does not name it looks at in the directory itself
  other_flags = "harmless"
  program     = "rsync"
  otherwise   = "harmless"
  flag "value" {
    short = ["B", "e", "f", "M", "T"]
    long = [
      "backup-dir", "block-size", "bwlimit", "chmod", "chown", "compare-dest", "compress-choice", "compress-level", "contimeout", "copy-dest", "exclude", "exclude-from", "files-from", "filter", "include", "include-from",
      "link-dest", "log-file", "log-file-format", "max-delete", "max-size", "min-size", "modify-window", "out-format", "partial-dir", "password-file", "port", "read-batch", "remote-option", "rsh", "rsync-path", "suffix", "temp-dir", "timeout", "usermap", "groupmap",
    ]
    type = list(string)
  }
  flag "dry-run" {
    short = "n"
    long  = ["dry-run", "list-only"]
    type  = bool
  }
  flag "other" {
    short = ["0", "4", "6", "a", "A", "b", "c", "C", "d", "D", "E", "g", "h", "H", "i", "I", "J", "k", "K", "l", "L", "m", "N", "o", "O", "p", "P", "q", "r", "R", "s", "S", "t", "u", "U", "v", "W", "x", "X", "y", "z"]
    long  = ["acls", "archive", "append-verify", "backup", "checksum", "compress", "copy-links", "delete", "del", "delete-after", "delete-before", "delete-delay", "delete-during", "delete-excluded", "devices", "existing", "force", "fuzzy", "group", "hard-links", "human-readable", "ignore-errors", "ignore-existing", "ignore-times", "inplace", "itemize-changes", "links", "numeric-ids", "omit-dir-times", "one-file-system", "owner", "partial", "perms", "progress", "prune-empty-dirs", "quiet", "recursive", "relative", "size-only", "sparse", "specials", "stats", "super", "times", "update", "verbose", "whole-file", "xattrs"]
    type  = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "write"
    without = "dry-run"
  }
}

command "rsync-delete" {
  other_flags = "harmless"
  program     = "rsync"
  flag "value" {
    short = ["B", "e", "f", "M", "T"]
    long  = ["backup-dir", "bwlimit", "chmod", "chown", "compare-dest", "exclude", "exclude-from", "files-from", "filter", "include", "include-from", "link-dest", "log-file", "max-delete", "max-size", "min-size", "partial-dir", "password-file", "port", "rsh", "rsync-path", "suffix", "temp-dir", "timeout"]
    type  = list(string)
  }
  flag "dry-run" {
    short = "n"
    long  = ["dry-run", "list-only"]
    type  = bool
  }
  flag "delete" {
    long = ["del", "delete", "delete-after", "delete-before", "delete-delay", "delete-during", "delete-excluded"]
    type = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "remove"
    with    = "delete"
    without = "dry-run"
  }
}

# --- streams and editors

command "tee" {
  other_flags = "harmless"
  program     = ["sponge", "tee"]
  otherwise   = "harmless"
  flag "append" {
    short = "a"
    type  = bool
  }
  flag "other" {
    short = ["i", "p"]
    long  = ["ignore-interrupts", "output-error"]
    type  = bool
  }
  operand "files" {
    type    = list(string)
    does    = "write"
    without = "append"
  }
}

command "tee-append" {
  other_flags = "harmless"
  program     = ["sponge", "tee"]
  flag "append" {
    short = "a"
    type  = bool
  }
  operand "files" {
    type = list(string)
    does = "append"
    with = "append"
  }
}

command "sed" {
  other_flags = "harmless"
  program     = ["gsed", "sed"]
  flag "in-place" {
    short    = "i"
    attached = true
  }
  flag "code" {
    short = ["e", "f"]
    long  = ["expression", "file"]
    type  = list(string)
  }
  flag "line-length" { short = "l" }
  operand "script" {
    does = "edit"
    with = ["code", "in-place"]
  }
  operand "files" {
    type = list(string)
    does = "edit"
    with = "in-place"
  }
}

command "perl" {
  other_flags = "harmless"
  program     = ["perl", "ruby"]
  flag "in-place" {
    short    = "i"
    long     = []
    attached = true
  }
  flag "code" {
    short = ["e", "E"]
    long  = []
    type  = list(string)
  }
  flag "more" {
    short    = ["0", "C", "D", "F", "l", "m", "M", "V", "x"]
    long     = []
    attached = true
  }
  flag "include" {
    short = ["I", "r"]
    long  = []
  }
  operand "script" {
    does = "edit"
    with = ["code", "in-place"]
  }
  operand "files" {
    type = list(string)
    does = "edit"
    with = "in-place"
  }
}

command "awk" { # -i inplace
  other_flags = "harmless"
  program     = ["awk", "gawk"]
  flag "include" { short = "i" }
  flag "code" {
    short = ["e", "f"]
    long  = ["file", "source"]
    type  = list(string)
  }
  flag "value" {
    short = ["F", "l", "v"]
    long  = ["assign", "field-separator", "load"]
    type  = list(string)
  }
  operand "script" {
    does = "edit"
    with = ["code", "include"]
  }
  operand "files" {
    type = list(string)
    does = "edit"
    with = "include"
  }
}

command "edit" {
  other_flags = "harmless"
  program     = ["dos2unix", "ed", "ex", "patch", "strip", "unix2dos"]
  flag "output" {
    short = "o"
    does  = "write"
  }
  flag "value" {
    short = ["b", "B", "c", "d", "D", "F", "g", "i", "N", "p", "r", "T", "V", "x", "Y", "z"]
    long  = []
    type  = list(string)
  }
  operand "file" { does = "edit" }
  operand "more" {
    type   = list(string)
    target = "none"
  }
}

# --- the flag that names the output

command "output" {
  other_flags = "harmless"
  program     = ["shuf", "sort"]
  otherwise   = "harmless"
  flag "output" {
    short = "o"
    type  = list(string)
    does  = "write"
  }
  flag "value" {
    short = ["e", "i", "k", "n", "S", "t", "T"]
    long  = ["batch-size", "buffer-size", "compress-program", "field-separator", "files0-from", "head-count", "input-range", "key", "parallel", "random-source", "sort", "temporary-directory"]
    type  = list(string)
  }
  flag "other" {
    short = ["b", "c", "C", "d", "f", "g", "h", "M", "m", "R", "r", "s", "u", "V", "z"]
    long  = ["check", "debug", "dictionary-order", "echo", "ignore-case", "ignore-leading-blanks", "merge", "month-sort", "numeric-sort", "general-numeric-sort", "human-numeric-sort", "random-sort", "repeat", "reverse", "stable", "unique", "version-sort", "zero-terminated", "help", "version"]
    type  = bool
  }
  operand "files" { type = list(string) }
}

command "output-of-tools" {
  other_flags = "harmless"
  program     = ["age", "dot", "genisoimage", "iconv", "mkisofs", "openssl", "pandoc", "strace", "xorrisofs", "xsltproc"] # not compilers: a build would wait for each
  style       = "go"
  flag "output" {
    long = ["o", "out", "output"]
    type = list(string)
    does = "write"
  }
  operand "more" { type = list(string) }
}

command "gpg" {
  other_flags = "harmless"
  program     = ["gpg", "gpg2"]
  flag "output" {
    short = "o"
    does  = "write"
  }
  flag "value" {
    short = ["r", "R", "u"]
    long  = ["homedir", "local-user", "passphrase", "passphrase-file", "recipient"]
    type  = list(string)
  }
  operand "more" { type = list(string) }
}

command "curl" {
  other_flags = "harmless"
  program     = "curl"
  flag "output" {
    short = ["c", "D", "o"]
    long  = ["cookie-jar", "dump-header", "output", "stderr", "trace", "trace-ascii"]
    type  = list(string)
    does  = "write"
  }
  flag "value" {
    short = ["A", "b", "C", "d", "e", "E", "F", "h", "H", "K", "m", "P", "Q", "r", "t", "T", "u", "U", "w", "x", "X", "y", "Y", "z"]
    long  = ["config", "connect-timeout", "data", "data-binary", "data-raw", "data-urlencode", "form", "header", "max-time", "proxy", "request", "retry", "upload-file", "url", "user", "user-agent", "write-out"]
    type  = list(string)
  }
  operand "urls" { type = list(string) }
}

command "wget" {
  other_flags = "harmless"
  program     = "wget"
  flag "output" {
    short = ["o", "O"]
    long  = ["output-document", "output-file"]
    type  = list(string)
    does  = "write"
  }
  flag "directory-prefix" {
    short = "P"
    does  = "write"
  }
  flag "value" {
    short = ["a", "A", "B", "D", "e", "i", "I", "l", "Q", "R", "t", "T", "U", "w", "X"]
    long  = ["append-output", "header", "input-file", "password", "post-data", "tries", "timeout", "user", "user-agent", "wait"]
    type  = list(string)
  }
  operand "urls" { type = list(string) }
}

command "dump" {
  other_flags = "harmless"
  program     = ["dumpcap", "pg_dump", "pg_dumpall", "tcpdump", "tshark"]
  flag "output" {
    short = ["f", "w"]
    long  = ["file"]
    type  = list(string)
    does  = "write"
  }
  flag "value" {
    short = ["B", "c", "C", "d", "E", "F", "G", "h", "i", "j", "l", "n", "N", "p", "r", "s", "S", "t", "T", "U", "W", "Z"]
    long  = ["dbname", "exclude-schema", "exclude-table", "format", "host", "jobs", "port", "schema", "table", "username"]
    type  = list(string)
  }
  operand "more" { type = list(string) }
}

command "second" { # the second operand, where there is one
  other_flags = "harmless"
  program     = ["objcopy", "uniq", "xxd"]
  flag "value" {
    short = ["b", "c", "f", "F", "g", "I", "j", "l", "N", "o", "O", "R", "s", "w"]
    long  = []
    type  = list(string)
  }
  operand "input" {}
  operand "output" { does = "write" }
}

# --- archives

command "tar" {
  other_flags = "harmless"
  program     = ["bsdtar", "gtar", "tar"]
  otherwise   = "harmless"
  bundled     = true
  flag "extract" {
    short = "x"
    long  = ["extract", "get"]
    type  = bool
  }
  flag "create" {
    short = "c"
    type  = bool
  }
  flag "to-stdout" {
    short = "O"
    type  = bool
  }
  flag "file" {
    short = "f"
    type  = list(string)
    does  = "write"
    with  = "create"
  }
  flag "directory" {
    short   = "C"
    long    = ["cd", "directory"]
    type    = list(string)
    default = ["."]
    does    = "write"
    with    = "extract"
    without = "to-stdout"
  }
  flag "value" {
    short = ["b", "g", "H", "K", "L", "N", "T", "V", "X"]
    long  = ["exclude", "exclude-from", "files-from", "format", "group", "listed-incremental", "mode", "mtime", "newer", "owner", "strip-components", "suffix", "transform", "xform"]
    type  = list(string)
  }
  flag "other" {
    short = ["A", "B", "d", "h", "i", "j", "J", "k", "l", "m", "M", "n", "p", "P", "r", "S", "t", "u", "U", "v", "w", "W", "z", "Z"]
    long  = ["absolute-names", "acls", "append", "auto-compress", "bzip2", "dereference", "diff", "gzip", "help", "ignore-failed-read", "keep-newer-files", "keep-old-files", "list", "lzma", "no-same-owner", "no-same-permissions", "null", "numeric-owner", "one-file-system", "one-top-level", "overwrite", "preserve-permissions", "same-owner", "same-permissions", "show-defaults", "sort", "sparse", "totals", "unlink-first", "update", "verbose", "version", "wildcards", "xattrs", "xz", "zstd"]
    type  = bool
  }
  operand "members" { type = list(string) }
}

command "unzip" {
  other_flags = "harmless"
  program     = "unzip"
  otherwise   = "harmless"
  flag "overwrite" {
    short = "o"
    type  = bool
  }
  flag "look" {
    short = ["c", "l", "p", "t", "v", "z", "Z"]
    long  = []
    type  = bool
  }
  flag "directory" {
    short   = "d"
    default = "."
    does    = "write"
    with    = "overwrite"
    without = "look"
  }
  flag "value" {
    short = ["P", "x"]
    long  = []
    type  = list(string)
  }
  flag "other" {
    short = ["a", "b", "C", "D", "f", "j", "K", "L", "M", "n", "q", "T", "u", "U", "V", "W"]
    long  = []
    type  = bool
  }
  operand "members" { type = list(string) }
}

command "cpio" {
  other_flags = "harmless"
  program     = "cpio"
  flag "extract" {
    short = "i"
    type  = bool
  }
  flag "directory" {
    short   = "D"
    default = "."
    does    = "write"
    with    = "extract"
  }
  flag "value" {
    short = ["C", "E", "F", "H", "I", "M", "O", "R"]
    long  = ["file", "format", "io-size", "owner", "pattern-file"]
    type  = list(string)
  }
  operand "patterns" { type = list(string) }
}

command "compress" { # FILE goes when FILE.gz is there, or the other way round
  other_flags = "harmless"
  program     = ["bunzip2", "bzip2", "compress", "gunzip", "gzip", "lzma", "uncompress", "unlzma", "unxz", "xz"]
  otherwise   = "harmless"
  flag "keep" {
    short = ["c", "k", "l", "t"]
    long  = ["keep", "list", "stdout", "test", "to-stdout"]
    type  = bool
  }
  flag "value" {
    short = ["b", "M", "S", "T"]
    long  = ["block-size", "memlimit", "memory", "suffix", "threads"]
    type  = list(string)
  }
  flag "other" {
    short = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "d", "e", "f", "h", "H", "L", "n", "N", "q", "r", "R", "s", "v", "V", "z"]
    long  = ["best", "compress", "decompress", "extreme", "fast", "force", "help", "license", "name", "no-name", "quiet", "recursive", "rsyncable", "uncompress", "verbose", "version"]
    type  = bool
  }
  operand "files" {
    type    = list(string)
    does    = "remove"
    without = "keep"
  }
}

command "zstd" {
  other_flags = "harmless"
  program     = ["lz4", "unzstd", "zstd"]
  otherwise   = "harmless"
  flag "output" {
    short = "o"
    long  = []
    does  = "write"
  }
  flag "rm" { type = bool }
  flag "other" {
    short    = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "b", "B", "c", "C", "d", "D", "e", "f", "h", "H", "i", "k", "l", "M", "q", "r", "t", "T", "v", "V", "z"]
    long     = ["compress", "decompress", "fast", "force", "keep", "list", "long", "no-progress", "quiet", "stdout", "test", "threads", "ultra", "verbose", "version"]
    attached = true
  }
  operand "files" {
    type = list(string)
    does = "remove"
    with = "rm"
  }
}

# --- images and disks

command "fallocate" {
  other_flags = "harmless"
  program     = "fallocate"
  otherwise   = "harmless"
  flag "loses" {
    short = ["c", "p", "z"]
    long  = ["collapse-range", "punch-hole", "zero-range"]
    type  = bool
  }
  flag "value" {
    short = ["l", "o"]
    long  = ["length", "offset"]
    type  = list(string)
  }
  flag "other" {
    short = ["d", "i", "n", "x", "v", "h", "V"]
    long  = ["dig-holes", "insert-range", "keep-size", "posix", "verbose", "help", "version"]
    type  = bool
  }
  operand "file" {
    does = "truncate"
    with = "loses"
  }
}

command "scrub" {
  other_flags = "harmless"
  program     = ["nwipe", "scrub"]
  flag "value" {
    short = ["D", "l", "m", "p", "r", "s", "T"]
    long  = ["logfile", "method", "pattern", "rounds", "verify"]
    type  = list(string)
  }
  operand "files" {
    type = list(string)
    does = "truncate"
  }
}

command "dd-like" {
  other_flags = "harmless"
  program     = ["dc3dd", "dcfldd"]
  style       = "words"
  flag "to" {
    long = ["of", "hof", "wipe"]
    type = list(string)
    does = "write"
  }
}

command "ddrescue" {
  other_flags = "harmless"
  program     = ["dd_rescue", "ddrescue"]
  flag "value" {
    short = ["a", "b", "c", "e", "E", "H", "i", "I", "K", "m", "o", "O", "Q", "r", "s", "S", "T", "X", "Z"]
    long  = ["cluster-size", "input-position", "log-events", "log-rates", "output-position", "retry-passes", "sector-size", "size", "skip-size", "timeout"]
    type  = list(string)
  }
  operand "input" {}
  operand "output" {
    does = "write"
  }
  operand "map" { does = "edit" }
}

command "image-convert" {
  other_flags = "harmless"
  program     = "qemu-img"
  subcommand  = "convert"
  flag "value" {
    short = ["B", "f", "F", "l", "m", "o", "O", "r", "s", "S", "t", "T"]
    long  = ["image-opts", "object", "target-image-opts"]
    type  = list(string)
  }
  operand "sources" { type = list(string) }
  operand "to" { does = "write" }
}

command "image-create" {
  other_flags = "harmless"
  program     = "qemu-img"
  subcommand  = "create"
  flag "value" {
    short = ["b", "f", "F", "o"]
    long  = ["object"]
    type  = list(string)
  }
  operand "to" { does = "write" }
  operand "size" {}
}

command "badblocks" {
  other_flags = "harmless"
  program     = "badblocks"
  otherwise   = "harmless"
  flag "write" {
    short = "w"
    type  = bool
  }
  flag "value" {
    short = ["b", "c", "d", "e", "i", "o", "p", "t"]
    long  = []
    type  = list(string)
  }
  flag "other" {
    short = ["B", "f", "n", "s", "v", "X"]
    long  = []
    type  = bool
  }
  operand "device" {
    does = "write"
    with = "write"
  }
  operand "blocks" { type = list(string) }
}

command "hdparm" {
  other_flags = "harmless"
  program     = "hdparm"
  otherwise   = "harmless"
  flag "erase" {
    long = ["dco-restore", "fwdownload", "fwdownload-modemax", "make-bad-sector", "repair-sector", "sanitize-block-erase", "sanitize-crypto-scramble", "sanitize-overwrite", "security-erase", "security-erase-enhanced", "trim-sector-ranges", "write-sector"]
    type = list(string)
  }
  flag "look" {
    short = ["C", "g", "H", "i", "I", "q", "t", "T", "v", "V"]
    long  = ["dco-identify", "direct", "drq-hsm-error", "fibmap", "Istdin", "Istdout", "read-sector", "sanitize-status", "verbose"]
    type  = bool
  }
  operand "devices" {
    type = list(string)
    does = "write"
    with = "erase"
  }
}

command "write-disk" { # the device is an operand, and all others are harmless to take for one
  other_flags = "harmless"
  program     = ["flash_erase", "flash_eraseall", "flashcp", "mtd_debug", "nandwrite", "sg_format", "sg_sanitize", "sg_unmap", "sg_write_same", "xfs_mdrestore"]
  operand "devices" {
    type = list(string)
    does = "write"
  }
}

command "restore-disk" {
  other_flags = "harmless"
  program     = ["e2image", "ntfsclone", "partclone.btrfs", "partclone.dd", "partclone.ext4", "partclone.fat32", "partclone.ntfs", "partclone.restore", "partclone.xfs"]
  flag "output" {
    short = ["o", "O"]
    long  = ["output", "overwrite"]
    type  = list(string)
    does  = "write"
  }
  flag "source" { short = "s" }
  operand "more" { type = list(string) }
}

command "copy-disk" {
  other_flags = "harmless"
  program     = ["bmaptool", "xfs_copy"]
  operand "sources" { type = list(string) }
  operand "to" { does = "write" }
}

# --- directories of databases

command "new-cluster" {
  other_flags = "harmless"
  program     = ["initdb", "pg_basebackup", "pg_createsubscriber", "pg_resetwal", "pg_rewind"]
  otherwise   = "harmless"
  flag "directory" {
    short   = "D"
    long    = ["pgdata", "target-pgdata"]
    type    = list(string)
    does    = "write"
    without = "look"
  }
  flag "look" {
    short = ["n", "V"]
    long  = ["dry-run", "help", "version"]
    type  = bool
  }
  flag "value" {
    short = ["A", "c", "d", "E", "F", "h", "l", "m", "O", "p", "r", "s", "S", "T", "U", "u", "X", "x", "Z"]
    long  = ["auth", "checkpoint", "dbname", "encoding", "format", "host", "locale", "port", "pwfile", "slot", "source-server", "username", "waldir", "wal-method"]
    type  = list(string)
  }
  flag "other" {
    short = ["f", "g", "G", "k", "N", "P", "R", "v"]
    long  = ["force", "no-sync", "nosync", "progress", "restore-target-wal", "verbose", "write-recovery-conf"]
    type  = bool
  }
  operand "directories" {
    type    = list(string)
    does    = "write"
    without = "look"
  }
}

command "new-datadir" {
  other_flags = "harmless"
  program     = ["mariadb-install-db", "mysql_install_db"]
  flag "datadir" { does = "write" }
  operand "more" { type = list(string) }
}

command "mysqld-initialize" {
  other_flags = "harmless"
  program     = ["mariabackup", "mariadb-backup", "mysqld", "xtrabackup"]
  flag "initialize" {
    long = ["copy-back", "initialize", "initialize-insecure", "move-back"]
    type = bool
  }
  flag "datadir" {
    does = "write"
    with = "initialize"
  }
  operand "more" { type = list(string) }
}

command "restore-etcd" {
  other_flags = "harmless"
  program     = ["etcdctl", "etcdutl"]
  subcommand  = ["snapshot", "restore"]
  flag "data-dir" { does = "write" }
  operand "more" { type = list(string) }
}

command "sysctl" {
  other_flags = "harmless"
  program     = "sysctl"
  flag "write" {
    short = "w"
    type  = bool
  }
  flag "pattern" { short = "r" }
  flag "look" {
    short = ["a", "A", "b", "d", "e", "h", "n", "N", "q", "V", "X"]
    long  = ["all", "binary", "deprecated", "help", "ignore", "names", "quiet", "values", "version"]
    type  = bool
  }
  flag "load" {
    short    = "p"
    attached = true
  }
  flag "system" { type = bool }
  operand "settings" {
    type    = list(string)
    default = []
    target  = "name"
  }
}

locals {
  # Writing files whose names are not known into one of these is asked about.
  system_directories = ["/", "/bin", "/boot", "/dev", "/etc", "/etc/pam.d", "/etc/ssh", "/lib", "/lib32", "/lib64", "/root", "/sbin", "/usr", "/usr/bin", "/usr/lib", "/usr/lib64", "/usr/libexec", "/usr/sbin", "/var", "/var/lib", "/var/lib/dpkg", "/var/lib/rpm"]
  # Files without which the host does not start or nobody logs in, and those right in
  # /boot. A new version is confirmed, an empty one is refused.
  kept_files = [
    "/bin/bash", "/bin/dash", "/bin/sh", "/etc/fstab", "/etc/group", "/etc/gshadow", "/etc/inittab", "/etc/pam.d/common-auth", "/etc/pam.d/sudo", "/etc/pam.d/system-auth", "/etc/passwd", "/etc/shadow", "/etc/ssh/sshd_config", "/etc/sudoers",
    "/lib/systemd/systemd", "/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2", "/lib64/libc.so.6", "/sbin/init", "/usr/bin/bash", "/usr/bin/dash", "/usr/bin/passwd", "/usr/bin/sh", "/usr/bin/su", "/usr/bin/sudo",
    "/usr/lib/systemd/systemd", "/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/aarch64-linux-gnu/libc.so.6", "/usr/lib64/libc.so.6", "/usr/sbin/init", "/var/lib/dpkg/status", "/var/lib/rpm/rpmdb.sqlite",
  ]
  large_file = size("1GB") # replacing a larger file by another is confirmed
}

# A new version of a file of the system is ordinary work; an empty one is not.
policy "write-system" {
  summary    = "${program} writes ${join(", ", concat(local.vital, local.open))}"
  applies_to = [command.written, command.replaced, command.edited]
  when       = length(local.vital) > 0 || length(local.open) > 0

  probe "resolve" "at" { paths = arg.paths }
  locals {
    places = flatten([for t in probe.at : concat([t.resolved, t.real], t.names, t.real_names)])
    vital  = distinct([for p in local.places : p if contains(local.kept_files, p) || dirname(p) == "/boot"])
    open   = distinct([for p in local.places : p if contains(local.system_directories, p)])
  }
  confirm {}
}

policy "write-nothing" {
  summary    = "${program} empties ${join(", ", local.vital)}"
  applies_to = [command.written, command.replaced]
  when       = length(local.vital) > 0 && length(arg.from) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "resolve" "content" { paths = arg.from }
  locals {
    places = flatten([for t in probe.at : concat([t.resolved, t.real], t.names, t.real_names)])
    vital  = distinct([for p in local.places : p if contains(local.kept_files, p) || dirname(p) == "/boot"])
    empty  = [for t in probe.content : t.given if t.char != null || (t.type == "file" && t.size == 0)]
  }
  rule "content" {
    condition     = length(local.empty) == 0
    error_message = "${join(", ", local.empty)} has nothing in it: a part of the system would be lost"
  }
}

policy "replace-large" {
  summary    = "${program} replaces ${join(" ", arg.paths)}"
  applies_to = [command.written, command.replaced]
  when       = length([for t in probe.behind : t if t.size == null ? false : t.size > local.large_file]) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "resolve" "behind" { paths = [for t in probe.at : t.real] }
  confirm {}
}

# What another program removes: gzip FILE, rsync --delete.
policy "remove-directory" {
  summary    = "${program} deletes in ${join(" ", arg.paths)}"
  applies_to = [command.removed]
  when       = length([for t in probe.at : t if t.type == "directory"]) > 0

  probe "resolve" "at" { paths = arg.paths }
  confirm {}
}

test "a new table of file systems is confirmed" {
  run = "cp new /etc/fstab"
  given {
    probe = { at = [{ resolved = "/etc/fstab", real = "/etc/fstab", type = "file", size = 600 }], behind = [{ size = 600 }], content = [{ given = "new", type = "file", size = 640 }], db = { found = [] } }
  }
  expect = "confirm"
}

test "an empty one is refused" {
  run = "cp /dev/null /etc/fstab"
  given {
    probe = { at = [{ resolved = "/etc/fstab", real = "/etc/fstab", type = "file", size = 600 }], behind = [{ size = 600 }], content = [{ given = "/dev/null", type = "char", char = "/dev/null", size = 0 }], db = { found = [] } }
  }
  expect = "deny"
  checks = ["rule.content"]
}

test "an ordinary copy" {
  run = "cp a b"
  given {
    probe = { at = [{ resolved = "/work/b", real = "/work/b", type = "file", size = 600 }], behind = [{ size = 600 }], content = [{ given = "a", type = "file", size = 640 }], db = { found = [] } }
  }
  expect = "allow"
}
