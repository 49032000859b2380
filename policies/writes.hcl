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
  program     = "cp"
  otherwise = "harmless"
  flags = [
    "-a -b -d -f -H -i -l -L -n -p -P -r -R -s -u -v -x -Z --archive --attributes-only --backup? --context? --copy-contents --debug --dereference --force --help --interactive --link",
    "--keep-directory-symlink --no-clobber --no-dereference --no-preserve= --one-file-system --parents --preserve? --recursive --reflink? --remove-destination --sparse= --strip-trailing-slashes --symbolic-link --update? --verbose --version",
  ]
  flag "suffix" { short = "S" }
  flag "target-directory" {
    short = "t"
    does  = "write"
    from  = ["sources", "to"]
  }
  flag "no-target-directory" {
    short = "T"
    type  = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "write"
    from    = "sources"
    without = "target-directory"
    onto    = "no-target-directory"
  }
}

# With these the old file is taken away first: a device is one no more.
command "copy-over" {
  program = "cp"
  flag "suffix" { short = "S" }
  flag "first" {
    short = "b"
    long  = ["backup", "remove-destination"]
    type  = bool # the value of --backup=WORD is no bool: not known, it counts
  }
  flag "target-directory" {
    short = "t"
    does  = "replace"
    from  = ["sources", "to"]
    with  = "first"
  }
  flag "no-target-directory" {
    short = "T"
    type  = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "replace"
    from    = "sources"
    with    = "first"
    without = "target-directory"
    onto    = "no-target-directory"
  }
}

command "copy-remote" {
  program     = ["scp", "pscp"]
  otherwise = "harmless"
  flags = "-3 -4 -6 -A -B -C -O -p -q -r -R -s -T -v"
  flag "value" {
    short = ["c", "D", "F", "i", "J", "l", "P", "X"]
    long  = []
    type  = list(string)
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does   = "write"
    from   = "sources"
    remote = true
  }
}

command "install" { # takes the old file away first
  program     = ["install", "ginstall"]
  otherwise   = "harmless"
  flags = "-b -c -C -D -p -s -v -Z --backup? --compare --context? --debug --help --preserve-context --preserve-timestamps --strip --verbose --version"
  flag "value" {
    short = ["g", "m", "o", "S"]
    long  = ["group", "mode", "owner", "suffix"]
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
  flag "no-target-directory" {
    short = "T"
    type  = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "replace"
    from    = "sources"
    without = ["directory", "target-directory"]
    onto    = "no-target-directory"
  }
}

command "link" { # without one of these it refuses
  program     = "ln"
  otherwise   = "harmless"
  flags = "-d -F -L -P -r -s -v --directory --help --logical --physical --relative --symbolic --verbose --version"
  flag "force" {
    short = ["b", "f", "i"]
    long  = ["backup", "force", "interactive"]
    type  = bool # the value of --backup=WORD is no bool: not known, it counts
  }
  flag "suffix" { short = "S" }
  flag "target-directory" {
    short = "t"
    does  = "replace"
    from  = ["sources", "to"]
    with  = "force"
  }
  flag "no-target-directory" {
    short = "T"
    type  = bool
  }
  flag "no-dereference" {
    short = "n"
    type  = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "replace"
    from    = "sources"
    with      = "force"
    without   = "target-directory"
    onto      = "no-target-directory"
    onto_link = "no-dereference"
  }
}

command "move-onto" {
  program     = "mv"
  otherwise   = "harmless"
  flags = "-b -f -i -n -u -v -Z --backup? --context --debug --exchange --force --help --interactive --no-clobber --no-copy --strip-trailing-slashes --update? --verbose --version" # the last of -f, -i and -n counts
  flag "suffix" { short = "S" }
  flag "target-directory" {
    short   = "t"
    does    = "replace"
    from    = ["sources", "to"]
  }
  flag "no-target-directory" {
    short = "T"
    type  = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "replace"
    from    = "sources"
    without = "target-directory"
    onto    = "no-target-directory"
  }
}

command "rsync" { # what it does not name it looks at in the directory itself; it takes no beginnings of names
  program   = "rsync"
  otherwise = "harmless"
  flags = [
    "-0 -4 -6 -8 -a -A -b -c -C -d -D -E -F -g -h -H -i -I -J -k -K -l -L -m -N -o -O -p -P -q -r -R -s -S -t -u -U -v -V -W -x -X -y -z -B= -f= -T=",
    "--8-bit-output --acls --append --append-verify --archive --atimes --backup --blocking-io --checksum --compress --copy-dirlinks --copy-links --copy-unsafe-links --crtimes --cvs-exclude --delay-updates --del --delete --delete-after --delete-before --delete-delay --delete-during --delete-excluded --delete-missing-args",
    "--devices --dirs --executability --existing --fake-super --force --from0 --fsync --fuzzy --group --hard-links --help --human-readable --ignore-errors --ignore-existing --ignore-missing-args --ignore-non-existing --ignore-times --inc-recursive --inplace --ipv4 --ipv6 --itemize-changes --keep-dirlinks --links --mkpath --munge-links",
    "--new-compress --no-c --no-compress --no-D --no-g --no-group --no-H --no-i-r --no-l --no-o --no-p --no-R --no-s --no-t --no-v --no-W --no-x --no-z --no-implied-dirs --no-inc-recursive --no-links --no-motd --no-owner --no-perms --no-relative --no-times --no-whole-file --numeric-ids --old-args --old-dirs --omit-dir-times --omit-link-times --one-file-system --open-noatime --owner --partial --perms --preallocate --progress",
    "--prune-empty-dirs --quiet --recursive --relative --safe-links --secluded-args --size-only --sparse --specials --stats --super --times --update --verbose --version --whole-file --xattrs --zc= --zl= --zt=",
    "--address= --backup-dir= --block-size= --bwlimit= --checksum-choice= --checksum-seed= --chmod= --chown= --compare-dest= --compress-choice= --compress-level= --compress-threads= --contimeout= --copy-dest= --debug= --exclude= --exclude-from= --files-from= --filter= --groupmap= --iconv= --include= --include-from= --info=",
    "--link-dest= --log-file-format= --max-alloc= --max-delete= --max-size= --min-size= --modify-window= --out-format= --outbuf= --partial-dir= --password-file= --port= --protocol= --read-batch= --skip-compress= --sockopts= --stderr= --stop-after= --stop-at= --suffix= --temp-dir= --timeout= --usermap=",
  ]
  flag "dry-run" {
    short = "n"
    long  = ["dry-run", "list-only"]
    type  = bool
  }
  flag "rsh" {
    short = "e"
    code  = "remote-shell"
  }
  flag "rsync-path" { code = "remote-shell" }
  flag "log-file" { does = "append" }
  flag "remove-source-files" { type = bool }
  operand "sources" {
    type    = list(string)
    does    = "remove"
    with    = "remove-source-files"
    without = "dry-run"
    remote  = true
  }
  operand "to" {
    does    = "write"
    without = "dry-run"
    remote  = true
  }
}

command "rsync-delete" { # the last word, whatever stands before it
  program = "rsync"
  flag "dry-run" {
    short = "n"
    long  = ["dry-run", "list-only"]
    type  = bool
  }
  flag "delete" {
    long = ["del", "delete", "delete-after", "delete-before", "delete-delay", "delete-during", "delete-excluded", "delete-missing-args"]
    type = bool
  }
  operand "sources" { type = list(string) }
  operand "to" {
    does    = "remove"
    with    = "delete"
    without = "dry-run"
    remote  = true
  }
}

# --- streams and editors

command "tee" {
  program     = ["sponge", "tee"]
  otherwise   = "harmless"
  flags = "-i -p --help --ignore-interrupts --output-error? --version"
  flag "append" {
    short = "a"
    type  = bool
  }
  operand "files" {
    type    = list(string)
    does    = "write"
    without = "append"
  }
}

command "tee-append" {
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
  program   = ["gsed", "sed"]
  otherwise = "harmless"
  flags     = "-E -n -r -s -u -z --debug --follow-symlinks --help --null-data --posix --quiet --regexp-extended --sandbox --separate --silent --unbuffered --version -l= --line-length="
  flag "in-place" {
    short    = "i"
    attached = true
  }
  flag "code" {
    short = "e"
    long  = "expression"
    type  = list(string)
    code  = "sed"
  }
  operand "script" {
    unless = "code"
    code   = "sed"
  }
  operand "files" {
    type = list(string)
    does = "edit"
    with = "in-place"
  }
}

command "perl" {
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
  program   = ["dos2unix", "strip", "unix2dos"]
  otherwise = "harmless"
  flags     = "-d -D -g -k -p -q -s -S -v -w -x -X -K= -N= -R= --help --keep-symbol= --preserve-dates --quiet --remove-section= --strip-all --strip-debug --strip-symbol= --strip-unneeded --verbose --version --wildcard"
  flag "output" {
    short = "o"
    long  = []
    does  = "write"
  }
  operand "files" {
    type = list(string)
    does = "edit"
  }
}

command "edit-by-commands" { # whatever those are: they may run programs, and write other files
  program = ["ed", "ex"]
  flag "prompt" { short = "p" }
  operand "file" { does = "edit" }
  operand "more" {
    type   = list(string)
    target = "none"
  }
}

command "patch" {
  program   = "patch"
  otherwise = "harmless"
  flags = [
    "-b -c -E -f -l -n -N -R -s -t -T -u -v -Z --backup --backup-if-mismatch --batch --binary --context --dry-run --force --forward --help --ignore-whitespace --merge? --no-backup-if-mismatch --normal --posix --quiet --remove-empty-files --reverse --set-time --set-utc --silent --unified --verbose --version",
    "-B= -D= -F= -g= -i= -p= -V= -x= -Y= -z= --basename-prefix= --fuzz= --get= --ifdef= --input= --prefix= --quoting-style= --read-only= --reject-format= --strip= --suffix= --version-control=",
  ]
  flag "output" {
    short = ["o", "r"]
    long  = ["output", "reject-file"]
    type  = list(string)
    does  = "write"
  }
  operand "file" { does = "edit" }
  operand "more" {
    type   = list(string)
    target = "none"
  }
}

# --- the flag that names the output

command "output" {
  program     = ["shuf", "sort"]
  otherwise   = "harmless"
  flags = "-b -c? -C -d -f -g -h -M -m -r -R -s -u -V -z --check? --debug --dictionary-order --general-numeric-sort --help --human-numeric-sort --ignore-case --ignore-leading-blanks --ignore-nonprinting --merge --month-sort --numeric-sort --random-sort --repeat --reverse --stable --unique --version --version-sort --zero-terminated"
  flag "output" {
    short = "o"
    type  = list(string)
    does  = "write"
  }
  flag "value" {
    short = ["e", "i", "k", "n", "S", "t", "T"]
    long  = ["batch-size", "buffer-size", "field-separator", "files0-from", "head-count", "input-range", "key", "parallel", "random-source", "sort", "temporary-directory"]
    type  = list(string)
  }
  operand "files" { type = list(string) }
}

command "output-of-tools" {
  program     = ["age", "dot", "genisoimage", "iconv", "mkisofs", "openssl", "pandoc", "xorrisofs", "xsltproc"] # not compilers: a build would wait for each
  style       = "go"
  flag "output" {
    long = ["o", "out", "output"]
    type = list(string)
    does = "write"
  }
  operand "more" { type = list(string) }
}

command "gpg" {
  program     = ["gpg", "gpg2"]
  otherwise = "harmless"
  flags = "-a -b -c -d -e -n -q -s -v --dearmor --enarmor --armor --batch --clear-sign --clearsign --decrypt --detach-sign --dry-run --encrypt --no-tty --quiet --sign --symmetric --textmode --verbose --verify --version --yes --cipher-algo= --compress-algo= --default-key= --digest-algo= --passphrase-fd= --pinentry-mode= --trust-model="
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

# It asks for what a URL names; what sends something else or keeps names of its own is not
# listed here.
command "curl" {
  program   = "curl"
  otherwise = "harmless"
  flags = [
    "-# -0 -1 -2 -3 -4 -6 -a -B -f -g -G -i -I -j -k -l -L -M -n -N -p -q -R -s -S -v -V -Z",
    "--anyauth --basic --cert-status --compressed --create-dirs --digest --disable --fail --fail-early --fail-with-body --get --globoff --head --http0.9 --http1.0 --http1.1 --http2 --http2-prior-knowledge --http3 --include --insecure --ipv4 --ipv6 --junk-session-cookies --list-only --location --location-trusted --negotiate --netrc",
    "--netrc-optional --next --no-buffer --no-keepalive --no-progress-meter --ntlm --parallel --path-as-is --progress-bar --proxytunnel --raw --remote-time --remove-on-error --retry-all-errors --retry-connrefused --show-error --silent --ssl --ssl-reqd --styled-output --suppress-connect-headers --tcp-nodelay --tlsv1 --tlsv1.2 --tlsv1.3 --verbose --version",
    "-A= -b= -C= -e= -E= -h? -H= -m= -r= -u= -U= -w= -x= -y= -Y= -z= --cacert= --capath= --cert= --cert-type= --ciphers= --connect-timeout= --connect-to= --continue-at= --cookie= --crlfile= --doh-url= --header= --help? --interface= --key= --key-type= --keepalive-time= --limit-rate= --local-port= --max-filesize= --max-redirs= --max-time= --netrc-file= --noproxy=",
    "--oauth2-bearer= --parallel-max= --pass= --pinnedpubkey= --proto= --proto-default= --proto-redir= --proxy= --proxy-header= --proxy-user= --range= --rate= --referer= --resolve= --retry= --retry-delay= --retry-max-time= --socks5= --socks5-hostname= --speed-limit= --speed-time= --time-cond= --tls-max= --unix-socket= --url= --user= --user-agent= --write-out=",
  ]
  flag "output" {
    short = ["c", "D", "o"]
    long  = ["alt-svc", "cookie-jar", "dump-header", "etag-save", "hsts", "output", "stderr", "trace", "trace-ascii"]
    type  = list(string)
    does  = "write"
  }
  flag "output-dir" { does = "write" }
  operand "urls" { type = list(string) }
}

command "wget" {
  program   = "wget"
  otherwise = "harmless"
  flags = [
    "-4 -6 -c -d -h -n? -N -q -S -v -V --auth-no-challenge --content-on-error --continue --debug --help --https-only --inet4-only --inet6-only --no-cache --no-check-certificate --no-clobber --no-cookies --no-dns-cache --no-glob --no-hsts --no-http-keep-alive --no-iri --no-proxy --no-verbose --quiet --server-response --show-progress --spider --timestamping --verbose --version",
    "-Q= -t= -T= -U= -w= --bind-address= --ca-certificate= --ca-directory= --certificate= --compression= --connect-timeout= --dns-timeout= --header= --http-password= --http-user= --limit-rate= --load-cookies= --max-redirect= --password= --private-key= --progress= --quota= --read-timeout= --referer= --retry-connrefused --retry-on-http-error= --secure-protocol= --timeout= --tries= --user= --user-agent= --wait= --waitretry=",
  ]
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
  operand "urls" { type = list(string) }
}

command "dump" {
  program   = ["pg_dump", "pg_dumpall"]
  otherwise = "harmless"
  flags = [
    "-a -b -B -c -C -g -O -r -s -t? -v -V -w -W -x --binary-upgrade --blobs --clean --column-inserts --create --data-only --disable-dollar-quoting --disable-triggers --enable-row-security --globals-only --help --if-exists --inserts --large-objects --load-via-partition-root --no-acl --no-blobs --no-comments --no-owner --no-password --no-privileges --no-publications --no-role-passwords",
    "--no-security-labels --no-subscriptions --no-sync --no-table-access-method --no-tablespaces --no-toast-compression --no-unlogged-table-data --on-conflict-do-nothing --password --quote-all-identifiers --roles-only --schema-only --serializable-deferrable --strict-names --tablespaces-only --use-set-session-authorization --verbose --version",
    "-d= -e= -E= -F= -h= -j= -l= -n= -N= -p= -S= -T= -U= -Z= --compress= --database= --dbname= --encoding= --exclude-database= --exclude-schema= --exclude-table= --exclude-table-data= --extension= --extra-float-digits= --format= --host= --include-foreign-data= --jobs= --lock-wait-timeout= --port= --role= --rows-per-insert= --schema= --section= --snapshot= --superuser= --table= --username=",
  ]
  flag "output" {
    short = "f"
    long  = "file"
    does  = "write"
  }
  operand "more" { type = list(string) }
}

command "capture" { # rotated names, and programs after each, are not listed here
  program   = ["dumpcap", "tcpdump", "tshark"]
  otherwise = "harmless"
  flags     = "-A -D -e -I -K -l -L -n -N -O -p -q -S -t -u -U -v -V -x -X -B= -c= -f= -i= -M= -Q= -r= -s= -T= -y= -Y="
  flag "output" {
    short = "w"
    long  = []
    does  = "write"
  }
  operand "more" { type = list(string) }
}

command "second" { # the second operand, where there is one
  program   = ["uniq", "xxd"]
  otherwise = "harmless"
  flags     = "-a -b -C -d -D -e -E -h -i -p -r -u -v -z -c? -f= -g= -l= -n= -o= -s= -w= --all-repeated? --check-chars= --count --group? --help --ignore-case --repeated --skip-chars= --skip-fields= --unique --version --zero-terminated"
  operand "input" {}
  operand "output" { does = "write" }
}

# --- archives

command "tar" { # what runs programs or writes further files is not listed here
  program   = ["bsdtar", "gtar", "tar"]
  otherwise = "harmless"
  bundled   = true
  flags = [
    "-a -B -d -h -i -j -J -k -l -m -M -n -p -P -R -s -S -t -U -v -w -W -z -Z -b= -H= -K= -L= -N= -T= -V= -X=",
    "--absolute-names --acls --anchored --atime-preserve? --auto-compress --backup? --block-number --bzip2 --check-device --check-links --checkpoint? --clamp-mtime --compare --compress --confirmation --delay-directory-restore --dereference --diff --exclude-backups --exclude-caches --exclude-caches-all --exclude-caches-under --exclude-vcs --exclude-vcs-ignores --force-local",
    "--full-time --gunzip --gzip --hard-dereference --help --ignore-case --ignore-command-error --ignore-failed-read --ignore-zeros --interactive --keep-directory-symlink --keep-newer-files --keep-old-files --list --lzip --lzma --lzop --no-acls --no-anchored --no-auto-compress --no-check-device --no-delay-directory-restore --no-ignore-case --no-null --no-overwrite-dir --no-recursion",
    "--no-same-owner --no-same-permissions --no-seek --no-selinux --no-unquote --no-wildcards --no-wildcards-match-slash --no-xattrs --null --numeric-owner --occurrence? --old-archive --one-file-system --overwrite --overwrite-dir --portability --posix --preserve-order --preserve-permissions --read-full-records --recursion --same-order --same-owner --same-permissions --seek --selinux --show-defaults",
    "--show-omitted-dirs --show-stored-names --show-transformed-names --skip-old-files --sort= --sparse --test-label --totals? --touch --uncompress --ungzip --unlink-first --unquote --utc --verbose --verify --version --wildcards --wildcards-match-slash --xattrs --xz --zstd",
    "--add-file= --after-date= --blocking-factor= --exclude= --exclude-from= --exclude-ignore= --exclude-tag= --files-from= --format= --group= --group-map= --hole-detection= --label= --level= --mode= --mtime= --newer= --newer-mtime= --owner= --owner-map= --pax-option= --quoting-style= --record-size= --sparse-version= --starting-file= --strip= --strip-components= --suffix= --tape-length= --transform= --xattrs-exclude= --xattrs-include= --xform=",
  ]
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
  flag "one-top-level" {
    type     = list(string)
    attached = true
    does     = "write"
    with     = "extract"
    without  = "to-stdout"
  }
  flag "snapshot" {
    short = "g"
    long  = "listed-incremental"
    does  = "edit"
  }
  flag "compressor" {
    short = "I"
    long  = "use-compress-program"
    code  = "compressor"
  }
  flag "incremental" {
    short = "G"
    type  = bool
  }
  flag "remove-files" { type = bool }
  operand "members" {
    type = list(string)
    does = "remove"
    with = "remove-files"
  }
}

command "tar-incremental" { # what the archive does not list it deletes
  program = ["bsdtar", "gtar", "tar"]
  bundled = true
  flag "extract" {
    short = "x"
    long  = ["extract", "get"]
    type  = bool
  }
  flag "incremental" {
    short = "G"
    type  = bool
  }
  flag "snapshot" {
    short = "g"
    long  = "listed-incremental"
    type  = list(string)
  }
  flag "file" {
    short = "f"
    type  = list(string)
  }
  flag "directory" {
    short   = "C"
    long    = ["cd", "directory"]
    type    = list(string)
    default = ["."]
    does    = "remove"
    with    = ["extract", "incremental"]
  }
  operand "members" { type = list(string) }
}

command "tar-snapshot" { # the same with -g
  program = ["bsdtar", "gtar", "tar"]
  bundled = true
  flag "extract" {
    short = "x"
    long  = ["extract", "get"]
    type  = bool
  }
  flag "incremental" {
    short = "G"
    type  = bool
  }
  flag "snapshot" {
    short = "g"
    long  = "listed-incremental"
    type  = list(string)
  }
  flag "file" {
    short = "f"
    type  = list(string)
  }
  flag "directory" {
    short   = "C"
    long    = ["cd", "directory"]
    type    = list(string)
    default = ["."]
    does    = "remove"
    with    = ["extract", "snapshot"]
  }
  operand "members" { type = list(string) }
}

command "tar-change" { # a part of the archive
  program = ["bsdtar", "gtar", "tar"]
  bundled = true
  flag "change" {
    short = ["A", "r", "u"]
    long  = ["append", "catenate", "concatenate", "delete", "update"]
    type  = bool
  }
  flag "directory" {
    short = "C"
    long  = ["cd", "directory"]
    type  = list(string)
  }
  flag "file" {
    short = "f"
    type  = list(string)
    does  = "edit"
    with  = "change"
  }
  operand "members" { type = list(string) }
}

command "unzip" {
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
  program     = ["bunzip2", "bzip2", "compress", "gunzip", "gzip", "lzma", "uncompress", "unlzma", "unxz", "xz"]
  otherwise   = "harmless"
  flags = "-0 -1 -2 -3 -4 -5 -6 -7 -8 -9 -d -e -f -h -H -L -n -N -q -r -R -s -v -V -z --best --compress --decompress --extreme --fast --force --help --license --name --no-name --no-sparse --quiet --recursive --rsyncable --synchronous --uncompress --verbose --version"
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
  operand "files" {
    type    = list(string)
    does    = "remove"
    without = "keep"
  }
}

command "zstd" {
  program     = ["lz4", "unzstd", "zstd"]
  otherwise   = "harmless"
  flags = "-0? -1? -2? -3? -4? -5? -6? -7? -8? -9? -b? -c -C -d -e? -f -h -H -i? -k -l -m -q -r -t -T? -v -V -z -B? -D= -M? --adapt --compress --decompress --fast? --force --format= --help --keep --list --long? --memory= --no-check --no-dictID --no-progress --no-sparse --patch-from= --quiet --rsyncable --single-thread --size-hint= --sparse --stdout --stream-size= --test --threads= --ultra --uncompress --verbose --version"
  flag "output" {
    short = "o"
    long  = []
    does  = "write"
  }
  flag "rm" { type = bool }
  operand "files" {
    type = list(string)
    does = "remove"
    with = "rm"
  }
}

# --- images and disks

command "fallocate" {
  program     = "fallocate"
  otherwise   = "harmless"
  flags = "-d -h -i -n -v -V -x --dig-holes --help --insert-range --keep-size --posix --verbose --version"
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
  operand "file" {
    does = "truncate"
    with = "loses"
  }
}

command "scrub" {
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
  program     = ["dc3dd", "dcfldd"]
  otherwise = "harmless"
  style       = "words"
  flags = "bs= cbs= conv= count= ibs= if= iflag= iseek= limit= obs= oflag= oseek= seek= skip= status= statusinterval= sizeprobe= hash= hashwindow= ssz= cnt= pat= tpat= verb= --help --version"
  flag "to" {
    long = ["of", "hof", "wipe"]
    type = list(string)
    does = "write"
  }
}

command "ddrescue" {
  program     = ["dd_rescue", "ddrescue"]
  otherwise = "harmless"
  flags = "-A -B -C -d -D -f -F? -h -J -M -n -N -P -q -R -v -V -y --ask --binary-prefixes --complete-only --data-preview --force --help --idirect --no-scrape --no-split --no-trim --odirect --preallocate --quiet --retrim --reverse --sparse --synchronous --try-again --unidirectional --verbose --version -l= -w="
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
  program     = "qemu-img"
  otherwise = "harmless"
  subcommand  = "convert"
  flags = "-c -C -n -p -q -u -U -W --bitmaps --force-share --salvage --skip-broken-bitmaps"
  flag "value" {
    short = ["B", "f", "F", "l", "m", "o", "O", "r", "s", "S", "t", "T"]
    long  = ["image-opts", "object", "target-image-opts"]
    type  = list(string)
  }
  operand "sources" { type = list(string) }
  operand "to" { does = "write" }
}

command "image-create" {
  program     = "qemu-img"
  otherwise = "harmless"
  subcommand  = "create"
  flags = "-q -u"
  flag "value" {
    short = ["b", "f", "F", "o"]
    long  = ["object"]
    type  = list(string)
  }
  operand "to" { does = "write" }
  operand "size" {}
}

command "badblocks" {
  program     = "badblocks"
  otherwise   = "harmless"
  flags = "-B -f -n -s -v -X"
  flag "write" {
    short = "w"
    type  = bool
  }
  flag "value" {
    short = ["b", "c", "d", "e", "i", "p", "t"]
    long  = []
    type  = list(string)
  }
  flag "output" {
    short = "o"
    long  = []
    does  = "write"
  }
  operand "device" {
    does = "write"
    with = "write"
  }
  operand "blocks" { type = list(string) }
}

command "hdparm" {
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
  program     = ["flash_erase", "flash_eraseall", "flashcp", "mtd_debug", "nandwrite", "sg_format", "sg_sanitize", "sg_unmap", "sg_write_same", "xfs_mdrestore"]
  operand "devices" {
    type = list(string)
    does = "write"
  }
}

command "restore-disk" {
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
  program     = ["bmaptool", "xfs_copy"]
  operand "sources" { type = list(string) }
  operand "to" { does = "write" }
}

# --- directories of databases

command "new-cluster" {
  program     = ["initdb", "pg_basebackup", "pg_createsubscriber", "pg_resetwal", "pg_rewind"]
  otherwise   = "harmless"
  flags = [
    "-f -g -G -k -N -P -R -v --allow-group-access --create-slot --data-checksums --force --gzip --manifest-checksums= --max-rate= --no-clean --no-instructions --no-locale --no-manifest --no-slot --no-sync --no-verify-checksums --nosync --password --progress --pwprompt --restore-target-wal --verbose --write-recovery-conf",
    "--auth-host= --auth-local= --compress= --label= --lc-collate= --lc-ctype= --lc-messages= --lc-monetary= --lc-numeric= --lc-time= --locale-provider= --icu-locale= --publisher-server= --socketdir= --status-interval= --subscriber-username= --tablespace-mapping= --text-search-config= --wal-segsize=",
  ]
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
  operand "directories" {
    type    = list(string)
    does    = "write"
    without = "look"
  }
}

command "new-datadir" {
  program     = ["mariadb-install-db", "mysql_install_db"]
  otherwise = "harmless"
  flags = "--cross-bootstrap --force --rpm --skip-name-resolve --skip-test-db --verbose --auth-root-authentication-method= --auth-root-socket-user= --basedir= --defaults-extra-file= --defaults-file= --group= --srcdir= --tmpdir= --user="
  flag "datadir" { does = "write" }
  operand "more" { type = list(string) }
}

command "mysqld-initialize" {
  program     = ["mariabackup", "mariadb-backup", "mysqld", "xtrabackup"]
  otherwise = "harmless"
  flags = "--no-defaults --basedir= --defaults-file= --parallel= --target-dir= --user="
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
  program     = ["etcdctl", "etcdutl"]
  otherwise = "harmless"
  subcommand  = ["snapshot", "restore"]
  flags = "--bump-revision= --initial-advertise-peer-urls= --initial-cluster= --initial-cluster-token= --mark-compacted --name= --skip-hash-check --wal-dir= -w= --write-out="
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
    "/bin/bash", "/bin/dash", "/bin/sh", "/etc/fstab", "/etc/group", "/etc/gshadow", "/etc/inittab", "/etc/ld.so.preload", "/etc/nsswitch.conf", "/etc/pam.d/common-auth", "/etc/pam.d/common-account", "/etc/pam.d/login", "/etc/pam.d/sshd", "/etc/pam.d/su", "/etc/pam.d/sudo", "/etc/pam.d/system-auth", "/etc/passwd", "/etc/shadow", "/etc/ssh/sshd_config", "/etc/sudoers",
    "/lib/systemd/systemd", "/lib/x86_64-linux-gnu/libc.so.6", "/lib/aarch64-linux-gnu/libc.so.6", "/lib64/ld-linux-x86-64.so.2", "/lib64/libc.so.6", "/sbin/init", "/usr/bin/bash", "/usr/bin/dash", "/usr/bin/passwd", "/usr/bin/sh", "/usr/bin/su", "/usr/bin/sudo",
    "/usr/lib/systemd/systemd", "/usr/lib/x86_64-linux-gnu/libc.so.6", "/usr/lib/aarch64-linux-gnu/libc.so.6", "/usr/lib64/libc.so.6", "/usr/sbin/init", "/var/lib/dpkg/status", "/var/lib/rpm/rpmdb.sqlite",
  ]
  large_file = size("1GB") # replacing a larger file by another is confirmed
}

# A new version of a file of the system is ordinary work; an empty one is not.
policy "write-system" {
  summary    = "${program} writes ${join(", ", concat(local.vital, local.open))}"
  applies_to = [command.written, command.edited]
  when       = length(local.vital) > 0 || length(local.open) > 0

  probe "resolve" "at" { paths = arg.paths }
  locals {
    places = flatten([for t in probe.at : concat([t.resolved, t.real], t.names, t.real_names)])
    vital  = distinct([for p in local.places : p if contains(local.kept_files, p) || dirname(p) == "/boot"])
    open   = distinct([for p in local.places : p if contains(local.system_directories, p)])
  }
  confirm {}
}

# Of a link only the link is replaced.
policy "replace-kept" {
  summary    = "${program} replaces ${join(", ", concat(local.vital, local.open))}"
  applies_to = [command.replaced]
  when       = length(local.vital) > 0 || length(local.open) > 0

  probe "resolve" "at" { paths = arg.paths }
  locals {
    places = flatten([for t in probe.at : concat([t.resolved], t.names)])
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
  when       = !local.own && length([for t in probe.at : t if t.type == "directory"]) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "age" "made" {
    paths = [for t in probe.at : t.real]
    since = script.began
    owner = user.uid
  }
  locals { own = probe.made.younger && length([for t in probe.at : t if !inside(t.real, ["/dev/shm", "/tmp", "/var/tmp"])]) == 0 }
  confirm {}
}
