# How the shipped policies read command lines. They share these blocks, so a
# copy in /etc/guard/policies must keep every name.

command "rm" {
  program = "rm"
  flag "recursive" {
    short = ["r", "R"]
    type  = bool
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "remove-one" {
  program = ["rmdir", "unlink"]
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "shred" {
  program = "shred"
  flag "iterations" { short = "n" }
  flag "size" { short = "s" }
  flag "random-source" {}
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "truncate" {
  program = "truncate"
  on      = "truncate" # a redirection: > file
  flag "size" { short = "s" }
  flag "reference" { short = "r" }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "mv" {
  program = "mv"
  flag "target-directory" { short = "t" }
  flag "suffix" { short = "S" }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

# The mode is read as a path too: "chmod -w FILE" has none.
command "chmod" {
  program = "chmod"
  flag "recursive" {
    short = "R"
    type  = bool
  }
  flag "reference" {}
  operand "paths" {
    type     = list(string)
    required = true
  }
}

# An owner is no path: in / there is a directory "root". With --reference there
# is none, and the first path stands in its place.
command "chown" {
  program = ["chown", "chgrp"]
  flag "recursive" {
    short = "R"
    type  = bool
  }
  flag "reference" {}
  flag "from" {}
  operand "owner" {
    target   = "none"
    required = true
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "find" {
  program = "find"
  style   = "go"
  flag "delete" { type = bool }
  flag "test" { # what takes a value, so that the value is not a path
    type = list(string)
    long = ["amin", "anewer", "atime", "cmin", "cnewer", "ctime", "D", "fls", "fprint", "fprint0", "fstype", "gid", "group", "ilname", "iname", "inum", "ipath", "iregex", "iwholename", "links", "lname", "maxdepth", "mindepth", "mmin", "mtime", "name", "newer", "path", "perm", "printf", "regex", "regextype", "samefile", "size", "type", "uid", "used", "user", "wholename", "xtype"]
  }
  operand "paths" {
    type    = list(string)
    default = ["."]
  }
}

command "dd" {
  program = "dd"
  style   = "words"
  flag "paths" {
    long    = "of"
    type    = list(string)
    default = ["/dev/null"] # none: standard output
    target  = "path"
    does    = "write"
  }
}

command "mkfs" {
  program = ["mkfs", "mkfs.btrfs", "mkfs.exfat", "mkfs.ext2", "mkfs.ext3", "mkfs.ext4", "mkfs.f2fs", "mkfs.fat", "mkfs.msdos", "mkfs.ntfs", "mkfs.vfat", "mkfs.xfs", "mke2fs", "mkntfs", "mkswap", "blkdiscard"]
  flag "label" { short = "L" }
  flag "types" { short = "t" }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "wipefs" {
  program = "wipefs"
  flag "erase" {
    short = ["a", "o"]
    long  = ["all", "offset"]
    type  = bool
  }
  operand "paths" {
    type    = list(string)
    default = []
  }
}

command "mdadm" {
  program = "mdadm"
  flag "erase" {
    short = "C"
    long  = ["zero-superblock", "create"]
    type  = bool
  }
  flag "look" { # or put together what is there
    short = ["A", "D", "E", "F", "h", "Q", "V", "W", "X"]
    long  = ["assemble", "detail", "detail-platform", "examine", "examine-badblocks", "examine-bitmap", "follow", "help", "monitor", "query", "version", "wait"]
    type  = bool
  }
  operand "paths" {
    type    = list(string)
    default = []
  }
}

command "sgdisk" {
  program = "sgdisk"
  flag "erase" { # whatever changes the table
    short = ["A", "c", "d", "e", "g", "G", "h", "l", "m", "n", "N", "o", "r", "R", "s", "t", "T", "u", "U", "z", "Z"]
    long  = ["clear", "delete", "hybrid", "largest-new", "load-backup", "mbrtogpt", "new", "replicate", "sort", "transpose", "typecode", "zap", "zap-all"]
    type  = bool
  }
  operand "paths" {
    type    = list(string)
    default = []
  }
}

command "fdisk" {
  program = ["fdisk", "cfdisk", "sfdisk", "gdisk"]
  flag "look" {
    short = ["l", "s", "x", "d", "V", "v"]
    long  = ["list", "list-details", "show-size", "dump", "version", "verify"]
    type  = bool
  }
  operand "paths" {
    type    = list(string)
    default = []
  }
}

command "parted" {
  program = "parted"
  flag "align" { short = "a" }
  flag "look" {
    short = ["h", "l", "v"]
    long  = ["help", "list", "version"]
    type  = bool
  }
  operand "paths" {
    type    = list(string)
    default = []
  }
}

command "words" { # an action somewhere among the operands
  program = ["cryptsetup", "nvme"]
  operand "paths" {
    type    = list(string)
    default = []
  }
}

command "volume" {
  program = ["lvremove", "lvreduce", "vgremove", "pvremove"]
  flag "size" {
    short = ["L", "l"]
    long  = ["size", "extents"]
  }
  flag "select" { short = "S" }
  operand "names" { type = list(string) }
}

command "zfs" {
  program = ["zfs", "zpool"]
  flag "dry_run" {
    short = "n"
    type  = bool
  }
  flag "force" {
    short = "F"
    type  = bool
  }
  operand "verb" {}
  operand "names" {
    type   = list(string)
    target = "name"
  }
}

command "halt" {
  program = ["reboot", "halt", "poweroff", "shutdown"]
  flag "harmless" { # cancel, only warn, only write a record
    short = ["c", "k", "w"]
    long  = ["wtmp-only", "help", "version"]
    type  = bool
  }
  operand "when" {
    type   = list(string)
    target = "none"
  }
}

command "init" {
  program = ["init", "telinit"]
  operand "level" { target = "none" }
}

command "systemctl" {
  program = "systemctl"
  flag "user" { type = bool }
  flag "host" { short = "H" }
  flag "option" {
    short = ["M", "n", "o", "p", "P", "s", "t"]
    long  = ["machine", "lines", "output", "property", "signal", "type", "state", "root", "job-mode", "kill-whom", "what"]
    type  = list(string)
  }
  operand "verb" {}
  operand "units" {
    type    = list(string)
    default = []
    target  = "name"
  }
}

# Also what the shells of a script signal themselves, outside of the script.
# "-9" and "-KILL" are flags that nobody declared.
command "kill" {
  program = "kill"
  on      = "signal"
  flag "signal" { short = "s" }
  operand "processes" {
    type   = list(string)
    target = "process"
  }
}

command "kill-by-name" {
  program = ["killall", "killall5", "skill"]
  flag "signal" { short = "s" }
  flag "user" { short = "u" }
  operand "names" { type = list(string) }
}

command "pkill" {
  program = "pkill"
  flag "signal" {}
  flag "session" { short = "s" }
  flag "parent" { short = "P" }
  flag "user" { short = ["u", "U"] }
  flag "group" { short = ["g", "G"] }
  flag "terminal" { short = "t" }
  operand "names" { type = list(string) }
}
