# How the shipped policies read command lines. They share these blocks, so a
# copy in /etc/guard/policies must keep every name. Flags are those of the tools'
# manuals: whoever types another one is asked.

command "rm" {
  program     = "rm"
  no_operands = "harmless" # rm -f $NONE
  flag "recursive" {
    short = ["r", "R"]
    type  = bool
  }
  flag "plain" {
    short = ["d", "f", "i", "I", "v"]
    long  = ["dir", "force", "no-preserve-root", "one-file-system", "verbose"]
    type  = bool
  }
  flag "when" {
    long     = ["interactive", "preserve-root"]
    attached = true
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "remove-one" {
  program     = ["rmdir", "unlink"]
  no_operands = "harmless"
  flag "plain" {
    short = ["p", "v"]
    long  = ["ignore-fail-on-non-empty", "parents", "verbose"]
    type  = bool
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "shred" {
  program     = "shred"
  no_operands = "harmless"
  flag "iterations" { short = "n" }
  flag "size" { short = "s" }
  flag "random-source" {}
  flag "remove" { attached = true }
  flag "plain" {
    short = ["f", "u", "v", "x", "z"]
    long  = ["exact", "force", "verbose", "zero"]
    type  = bool
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "truncate" {
  program     = "truncate"
  on          = "truncate" # a redirection: > file
  no_operands = "harmless"
  flag "size" { short = "s" }
  flag "reference" { short = "r" }
  flag "plain" {
    short = ["c", "o"]
    long  = ["io-blocks", "no-create"]
    type  = bool
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "mv" {
  program     = "mv"
  no_operands = "harmless"
  flag "target-directory" { short = "t" }
  flag "suffix" { short = "S" }
  flag "plain" {
    short = ["b", "f", "i", "n", "T", "u", "v", "Z"]
    long  = ["debug", "exchange", "force", "interactive", "no-clobber", "no-copy", "no-target-directory", "strip-trailing-slashes", "verbose"]
    type  = bool
  }
  flag "when" {
    long     = ["backup", "context", "update"]
    attached = true
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "chmod" {
  program     = "chmod"
  no_operands = "harmless"
  flag "recursive" {
    short = "R"
    type  = bool
  }
  flag "follow" { # since coreutils 9.6
    short = "L"
    long  = []
    type  = bool
  }
  flag "reference" {}
  flag "minus" { # chmod -w FILE
    short    = ["0", "1", "2", "3", "4", "5", "6", "7", ",", "+", "a", "g", "o", "r", "s", "t", "u", "w", "x", "X"]
    long     = []
    attached = true
  }
  flag "plain" {
    short = ["c", "f", "h", "H", "P", "v"]
    long  = ["changes", "dereference", "no-dereference", "no-preserve-root", "preserve-root", "quiet", "silent", "verbose"]
    type  = bool
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "mode" {
    target = "none"
    unless = ["reference", "minus"]
  }
  operand "paths" {
    type   = list(string)
    target = "path"
    required = true
  }
}

command "chown" {
  program     = ["chown", "chgrp"]
  no_operands = "harmless"
  flag "recursive" {
    short = "R"
    type  = bool
  }
  flag "follow" { # every link to a directory that is met below
    short = "L"
    long  = []
    type  = bool
  }
  flag "reference" {}
  flag "from" {}
  flag "plain" {
    short = ["c", "f", "h", "H", "P", "v"]
    long  = ["changes", "dereference", "no-dereference", "no-preserve-root", "preserve-root", "quiet", "silent", "verbose"]
    type  = bool
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "owner" {
    target = "none"
    unless = "reference"
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "find" {
  program     = "find"
  style       = "go"
  other_flags = "harmless" # tests and actions that delete nothing
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
  }
  flag "others" {
    long = ["bs", "cbs", "conv", "count", "ibs", "if", "iflag", "iseek", "obs", "oflag", "oseek", "seek", "skip", "speed", "status"]
    type = list(string)
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
}

# File systems, one block for each family of flags. The words that are options'
# values are no targets, so that a person types the device.

# Its flags are those of the type: here are those that take a value in nearly all,
# and none that is a dry run.
command "mkfs" {
  program = "mkfs"
  flag "options" {
    short = ["b", "d", "E", "i", "L", "m", "O", "t", "T", "U"]
    long  = ["type"]
    type  = list(string)
  }
  flag "plain" {
    short = ["q", "v", "V"]
    long  = ["verbose"]
    type  = bool
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkfs-ext" {
  program     = ["mke2fs", "mkfs.ext2", "mkfs.ext3", "mkfs.ext4", "mkfs.ext4dev"]
  no_operands = "harmless"
  flag "options" {
    short = ["b", "C", "d", "e", "E", "g", "G", "i", "I", "J", "l", "L", "m", "M", "N", "o", "O", "r", "R", "s", "t", "T", "U", "z"]
    long  = []
    type  = list(string)
  }
  flag "plain" {
    short = ["c", "D", "F", "j", "K", "q", "S", "v"]
    long  = []
    type  = bool
  }
  flag "harmless" {
    short    = ["n", "V"]
    long     = []
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
  operand "size" { target = "none" }
}

command "mkfs-xfs" { # -d name=DEVICE names one too, so without an operand it is refused
  program = "mkfs.xfs"
  flag "options" {
    short = ["b", "c", "d", "i", "l", "L", "m", "n", "p", "r", "s"]
    long  = ["protofile"]
    type  = list(string)
  }
  flag "plain" {
    short = ["C", "f", "K", "q"]
    long  = []
    type  = bool
  }
  flag "harmless" {
    short    = ["N", "V"]
    long     = []
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkfs-btrfs" {
  program     = "mkfs.btrfs"
  no_operands = "harmless"
  flag "options" {
    short = ["A", "b", "d", "l", "L", "m", "n", "O", "r", "R", "s", "U", "u"]
    long  = ["alloc-start", "byte-count", "checksum", "compress", "csum", "data", "device-uuid", "features", "inode-flags", "label", "leafsize", "metadata", "nodesize", "rootdir", "runtime-features", "sectorsize", "subvol", "uuid"]
    type  = list(string)
  }
  flag "plain" {
    short = ["f", "K", "M", "q", "v"]
    long  = ["force", "mixed", "nodiscard", "quiet", "reflink", "shrink", "verbose"]
    type  = bool
  }
  flag "help" {
    short    = "V"
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkfs-fat" {
  program     = ["mkdosfs", "mkfs.fat", "mkfs.msdos", "mkfs.vfat"]
  no_operands = "harmless"
  flag "options" {
    short = ["b", "D", "f", "F", "g", "h", "i", "l", "m", "M", "n", "r", "R", "s", "S"]
    long  = ["codepage", "offset", "variant"]
    type  = list(string)
  }
  flag "plain" {
    short = ["a", "A", "c", "C", "I", "v"]
    long  = ["invariant"]
    type  = bool
  }
  flag "mbr" { attached = true }
  flag "help" {
    long     = ["help"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
  operand "size" { target = "none" }
}

command "mkfs-exfat" {
  program     = ["mkexfatfs", "mkfs.exfat"]
  no_operands = "harmless"
  flag "options" {
    short = ["b", "c", "i", "L", "n", "p", "s", "U"]
    long  = ["boundary-align", "cluster-size", "guid", "sector-size", "volume-guid", "volume-label"]
    type  = list(string)
  }
  flag "plain" {
    short = ["f", "q", "v"]
    long  = ["full", "pack-bitmap", "quiet", "verbose"]
    type  = bool
  }
  flag "help" {
    short    = ["h", "V"]
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkfs-ntfs" {
  program     = ["mkfs.ntfs", "mkntfs"]
  no_operands = "harmless"
  flag "options" {
    short = ["c", "H", "L", "p", "s", "S", "z"]
    long  = ["cluster-size", "heads", "label", "mft-zone-multiplier", "partition-start", "sector-size", "sectors-per-track"]
    type  = list(string)
  }
  flag "plain" {
    short = ["C", "f", "F", "I", "q", "Q", "T", "U", "v"]
    long  = ["debug", "enable-compression", "fast", "force", "no-indexing", "quick", "quiet", "verbose", "with-uuid", "zero-time"]
    type  = bool
  }
  flag "harmless" {
    short    = ["h", "l", "n", "V"]
    long     = ["help", "license", "no-action", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
  operand "size" { target = "none" }
}

command "mkfs-f2fs" {
  program     = "mkfs.f2fs"
  no_operands = "harmless"
  flag "devices" {
    short  = "c"
    long   = []
    type   = list(string)
    target = "path"
  }
  flag "options" {
    short = ["a", "C", "d", "e", "E", "g", "l", "o", "O", "R", "s", "S", "t", "T", "U", "w", "z"]
    long  = []
    type  = list(string)
  }
  flag "plain" {
    short = ["f", "i", "m", "q", "r"]
    long  = []
    type  = bool
  }
  flag "help" {
    short    = ["h", "V"]
    long     = []
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
  operand "size" { target = "none" }
}

command "mkfs-jfs" {
  program     = ["jfs_mkfs", "mkfs.jfs"]
  no_operands = "harmless"
  flag "journal" {
    short  = "j"
    long   = []
    target = "path"
  }
  flag "options" {
    short = ["J", "L", "s"]
    long  = []
    type  = list(string)
  }
  flag "plain" {
    short = ["c", "f", "O", "q"]
    long  = []
    type  = bool
  }
  flag "help" {
    short    = "V"
    long     = []
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
  operand "size" { target = "none" }
}

command "mkfs-minix" {
  program     = "mkfs.minix"
  no_operands = "harmless"
  flag "options" {
    short = ["i", "l", "n"]
    long  = ["badblocks", "inodes", "namelength"]
    type  = list(string)
  }
  flag "lock" { attached = true }
  flag "plain" {
    short = ["1", "2", "3", "c", "v"]
    long  = ["check"]
    type  = bool
  }
  flag "help" {
    short    = ["h", "V"]
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
  operand "size" { target = "none" }
}

command "mkfs-other" { # what their flags have in common
  program     = ["mkfs.bfs", "mkfs.cramfs", "mkfs.gfs2", "mkfs.hfs", "mkfs.hfsplus", "mkfs.nilfs2", "mkfs.ocfs2", "mkfs.reiserfs", "mkfs.udf", "mkreiserfs", "mkudffs"]
  no_operands = "harmless"
  flag "options" {
    short = ["b", "L", "N"]
    long  = ["block-size", "blocksize", "label", "uuid"]
    type  = list(string)
  }
  flag "plain" {
    short = ["f", "q", "v"]
    long  = ["force", "quiet", "verbose"]
    type  = bool
  }
  flag "help" {
    long     = ["help"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkswap" {
  program     = "mkswap"
  no_operands = "harmless"
  flag "options" {
    short = ["e", "L", "o", "p", "s", "U", "v"]
    long  = ["endianness", "label", "offset", "pagesize", "size", "swapversion", "uuid"]
    type  = list(string)
  }
  flag "lock" { attached = true }
  flag "plain" {
    short = ["c", "f", "F", "q"]
    long  = ["check", "file", "force", "quiet", "verbose"]
    type  = bool
  }
  flag "help" {
    short    = ["h", "V"]
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
  operand "size" { target = "none" }
}

command "blkdiscard" {
  program     = "blkdiscard"
  no_operands = "harmless"
  flag "options" {
    short = ["l", "o", "p"]
    long  = ["length", "offset", "step"]
    type  = list(string)
  }
  flag "plain" {
    short = ["f", "q", "s", "v", "z"]
    long  = ["force", "quiet", "secure", "verbose", "zeroout"]
    type  = bool
  }
  flag "help" {
    short    = ["h", "V"]
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "pvcreate" {
  program     = "pvcreate"
  no_operands = "harmless"
  flag "options" {
    short = ["A", "M", "u", "Z"]
    long  = ["autobackup", "bootloaderareasize", "commandprofile", "config", "dataalignment", "dataalignmentoffset", "devices", "devicesfile", "driverloaded", "journal", "labelsector", "lockopt", "metadatacopies", "metadataignore", "metadatasize", "metadatatype", "profile", "pvmetadatacopies", "reportformat", "restorefile", "setphysicalvolumesize", "uuid", "zero"]
    type  = list(string)
  }
  flag "plain" {
    short = ["d", "f", "q", "v", "y"]
    long  = ["debug", "force", "nohints", "nolocking", "norestorefile", "quiet", "verbose", "yes"]
    type  = bool
  }
  flag "harmless" {
    short    = ["h", "t"]
    long     = ["help", "longhelp", "test", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "wipefs" {
  program     = "wipefs"
  no_operands = "harmless"
  flag "erase" {
    short = "a"
    long  = "all"
    type  = bool
  }
  flag "erase-at" {
    short   = "o"
    long    = "offset"
    type    = list(string)
    default = []
  }
  flag "options" {
    short = ["O", "t"]
    long  = ["output", "types"]
    type  = list(string)
  }
  flag "when" {
    short    = "b"
    long     = ["backup", "lock"]
    attached = true
  }
  flag "plain" {
    short = ["f", "i", "J", "p", "q"]
    long  = ["force", "json", "noheadings", "parsable", "quiet"]
    type  = bool
  }
  flag "harmless" {
    short    = ["h", "n", "V"]
    long     = ["help", "no-act", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
}

command "mdadm" {
  program = "mdadm"
  flag "erase" {
    short = ["C", "K"]
    long  = ["zero-superblock", "create"]
    type  = bool
  }
  flag "look" { # or put together what is there
    short = ["A", "D", "E", "F", "Q", "W", "X"]
    long  = ["assemble", "detail", "detail-platform", "examine", "examine-badblocks", "examine-bitmap", "follow", "monitor", "query", "wait"]
    type  = bool
  }
  flag "options" {
    short = ["c", "d", "e", "i", "k", "l", "m", "n", "N", "p", "u", "U", "x", "z", "Z"]
    long = [
      "alert", "array-size", "backup-file", "bitmap", "bitmap-chunk", "chunk", "config", "consistency-policy", "data-offset", "delay", "dump", "homecluster", "homehost", "increment", "kill-subarray", "layout", "level", "mail", "metadata", "name", "nodes",
      "parity", "path", "pid-file", "prefer", "program", "raid-devices", "raid-disks", "restore", "rounding", "size", "spare-devices", "spare-disks", "super-minor", "symlink", "update", "update-subarray", "uuid",
    ]
    type = list(string)
  }
  flag "when" {
    long     = ["auto", "write-behind"]
    attached = true
  }
  flag "plain" {
    short = ["1", "a", "b", "B", "f", "G", "I", "o", "q", "r", "R", "s", "S", "t", "v", "w", "y", "Y"]
    long = [
      "add", "add-journal", "add-spare", "assume-clean", "auto-detect", "brief", "build", "cluster-confirm", "continue", "daemonise", "export", "fail", "failfast", "force", "freeze-reshape", "grow", "incremental", "invalid-backup", "nofailfast", "no-degraded",
      "oneshot", "quiet", "re-add", "readonly", "readwrite", "rebuild-map", "remove", "replace", "run", "scan", "set-faulty", "stop", "syslog", "test", "verbose", "wait-clean", "with", "write-mostly", "writemostly", "write-zeroes",
    ]
    type = bool
  }
  flag "help" {
    short    = ["h", "V"]
    long     = ["help", "help-options", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
}

command "sgdisk" {
  program     = "sgdisk"
  no_operands = "harmless"
  flag "erase" {
    short = ["e", "g", "G", "o", "s", "z", "Z"]
    long  = ["clear", "mbrtogpt", "move-second-header", "randomize-guids", "sort", "zap", "zap-all"]
    type  = bool
  }
  flag "erase-at" { # whatever else changes the table
    short   = ["A", "B", "c", "d", "h", "j", "k", "l", "m", "n", "N", "r", "S", "t", "T", "u", "U"]
    long    = ["attributes", "byte-swap-name", "change-name", "delete", "disk-guid", "gpttombr", "hybrid", "largest-new", "load-backup", "move-backup-table", "move-main-table", "adjust-main-table", "new", "partition-guid", "resize-table", "transform-bsd", "transpose", "typecode"]
    type    = list(string)
    default = []
  }
  flag "replicate" {
    short   = "R"
    type    = list(string)
    target  = "path"
    default = []
  }
  flag "options" {
    short = ["a", "b", "i"]
    long  = ["backup", "info", "set-alignment"]
    type  = list(string)
  }
  flag "plain" {
    short = ["C", "D", "E", "f", "F", "I", "L", "O", "p", "v", "V"]
    long  = ["align-end", "display-alignment", "end-of-largest", "first-aligned-in-largest", "first-in-largest", "list-types", "print", "print-mbr", "recompute-chs", "verify", "version"]
    type  = bool
  }
  flag "harmless" {
    short    = ["?", "P"]
    long     = ["help", "pretend", "usage"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
}

command "fdisk" {
  program     = "fdisk"
  no_operands = "harmless"
  flag "options" {
    short = ["b", "C", "H", "o", "S", "t", "w", "W"]
    long  = ["cylinders", "heads", "output", "sector-size", "sectors", "type", "wipe", "wipe-partitions"]
    type  = list(string)
  }
  flag "when" {
    short    = ["c", "L", "u"]
    long     = ["color", "compatibility", "lock", "units"]
    attached = true
  }
  flag "plain" {
    short = ["B", "n"]
    long  = ["bytes", "noauto-pt", "protect-boot"]
    type  = bool
  }
  flag "look" {
    short    = ["h", "l", "s", "V", "v", "x"]
    long     = ["getsz", "help", "list", "list-details", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
}

command "sfdisk" {
  program     = "sfdisk"
  no_operands = "harmless"
  flag "options" {
    short = ["N", "o", "O", "u", "w", "W", "X", "Y"]
    long  = ["backup-file", "label", "label-nested", "output", "partno", "sector-size", "unit", "wipe", "wipe-partitions"]
    type  = list(string)
  }
  flag "when" {
    long     = ["color", "lock"]
    attached = true
  }
  flag "look" { # unless it is told to change something as well: the last one counts
    short = ["d", "F", "g", "J", "l", "s", "T", "V"]
    long  = ["dump", "json", "list", "list-free", "list-types", "show-geometry", "show-pt-geometry", "show-size", "verify"]
    type  = bool
  }
  flag "change" {
    short = ["A", "c", "r"]
    long  = ["activate", "backup-pt-sectors", "change-id", "delete", "discard-free", "disk-id", "id", "part-attrs", "part-label", "part-type", "part-uuid", "relocate", "reorder"]
    type  = bool
  }
  flag "plain" {
    short = ["a", "b", "B", "f", "G", "L", "q"]
    long  = ["append", "backup", "bytes", "force", "move-data", "no-reread", "no-tell-kernel", "quiet"]
    type  = bool
  }
  flag "harmless" {
    short    = ["h", "n", "v"]
    long     = ["help", "no-act", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
  operand "part" { target = "none" }
}

command "disk-editor" { # without an operand they ask for a disk, or take the first
  program = ["cfdisk", "cgdisk", "gdisk"]
  flag "options" {
    short = ["b", "L"]
    long  = ["sector-size"]
    type  = list(string)
  }
  flag "plain" {
    short = ["a", "z"]
    long  = ["zero"]
    type  = bool
  }
  flag "look" {
    short    = ["h", "l", "r", "V"]
    long     = ["help", "read-only", "version"]
    type     = bool
    harmless = true
  }
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
}

command "parted" {
  program = "parted"
  flag "align" { short = "a" }
  flag "plain" {
    short = ["f", "j", "m", "s"]
    long  = ["fix", "json", "machine", "script"]
    type  = bool
  }
  flag "look" {
    short    = ["h", "l", "v"]
    long     = ["help", "list", "version"]
    type     = bool
    harmless = true
  }
  operand "device" { target = "path" }
  operand "words" {
    type    = list(string)
    target  = "none"
    default = []
  }
}

command "cryptsetup" {
  program = "cryptsetup"
  flag "options" {
    short = ["b", "c", "d", "h", "i", "I", "l", "M", "o", "p", "s", "S", "t", "T"]
    long = [
      "active-name", "align-payload", "cipher", "device-size", "external-tokens-path", "hash", "header", "header-backup-file", "hotzone-size", "hw-opal-factory-reset-key", "integrity", "integrity-key-size", "iter-time", "json-file", "key-description", "key-file", "key-size", "key-slot",
      "keyfile-offset", "keyfile-size", "keyslot-cipher", "keyslot-key-size", "label", "link-vk-to-keyring", "luks2-keyslots-size", "luks2-metadata-size", "master-key-file", "new-key-description", "new-key-slot", "new-keyfile", "new-keyfile-offset", "new-keyfile-size", "new-token-id",
      "offset", "pbkdf", "pbkdf-force-iterations", "pbkdf-memory", "pbkdf-parallel", "priority", "progress-frequency", "reduce-device-size", "resilience", "resilience-hash", "sector-size", "size", "skip", "subsystem", "timeout", "token-id", "token-type", "tries", "type", "uuid",
      "veracrypt-pim", "volume-key-file", "volume-key-keyring",
    ]
    type = list(string)
  }
  flag "plain" {
    short = ["N", "q", "r", "v", "y"]
    long = [
      "allow-discards", "batch-mode", "cancel-deferred", "debug", "debug-json", "decrypt", "deferred", "disable-blkid", "disable-external-tokens", "disable-keyring", "disable-locks", "disable-veracrypt", "dump-json-metadata", "dump-master-key", "dump-volume-key", "encrypt", "force-no-keyslots",
      "force-offline-reencrypt", "force-password", "init-only", "integrity-legacy-hmac", "integrity-legacy-padding", "integrity-no-journal", "integrity-no-wipe", "integrity-recalculate", "integrity-recalculate-reset", "iv-large-sectors", "keep-key", "new", "perf-high_priority",
      "perf-no_read_workqueue", "perf-no_write_workqueue", "perf-same_cpu_crypt", "perf-submit_from_crypt_cpus", "persistent", "progress-json", "readonly", "refresh", "resume-only", "serialize-memory-hard-pbkdf", "shared", "tcrypt-backup", "tcrypt-hidden", "tcrypt-system",
      "test-passphrase", "token-only", "token-replace", "unbound", "use-random", "use-urandom", "veracrypt", "veracrypt-query-pim", "verbose", "verify-passphrase",
    ]
    type = bool
  }
  flag "help" {
    short    = ["?", "V"]
    long     = ["help", "test-args", "usage", "version"]
    type     = bool
    harmless = true
  }
  operand "verb" { target = "none" }
  operand "device" { target = "path" }
  operand "more" { # the name of a mapping, a key file, the number of a slot
    type    = list(string)
    target  = "none"
    default = []
  }
}

command "nvme" { # each verb has flags of its own; none makes a verb do another thing
  program     = "nvme"
  other_flags = "harmless"
  flag "options" {
    short = ["l", "n", "o", "s"]
    long  = ["block-count", "cntlid", "data", "data-len", "feature-id", "lbaf", "log-id", "log-len", "ms", "namespace-id", "output-format", "pi", "pil", "sanact", "ses", "slot", "start-block"]
    type  = list(string)
  }
  flag "help" {
    short    = "h"
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "verb" { target = "none" }
  operand "device" { target = "path" }
  operand "more" {
    type    = list(string)
    target  = "none"
    default = []
  }
}

command "volume" {
  program = ["lvremove", "vgreduce", "vgremove", "pvremove"]
  flag "select" { short = "S" }
  flag "options" {
    short = "A"
    long  = ["autobackup", "commandprofile", "config", "devices", "devicesfile", "driverloaded", "journal", "lockopt", "profile", "reportformat"]
    type  = list(string)
  }
  flag "plain" {
    short = ["a", "d", "f", "q", "v", "y"]
    long  = ["all", "debug", "force", "mirrorsonly", "nohints", "nohistory", "nolocking", "noudevsync", "quiet", "removemissing", "verbose", "yes"]
    type  = bool
  }
  flag "harmless" {
    short    = ["h", "t"]
    long     = ["help", "longhelp", "test", "version"]
    type     = bool
    harmless = true
  }
  operand "names" {
    type    = list(string)
    default = []
  }
}

command "volume-size" {
  program = ["lvreduce", "lvresize"]
  flag "size" { short = "L" }
  flag "extents" { short = "l" }
  flag "options" {
    short = ["A", "i", "I"]
    long  = ["alloc", "autobackup", "commandprofile", "config", "devices", "devicesfile", "driverloaded", "fs", "fsmode", "journal", "lockopt", "poolmetadatasize", "profile", "reportformat", "stripes", "stripesize", "type"]
    type  = list(string)
  }
  flag "plain" {
    short = ["d", "f", "n", "q", "r", "v", "y"]
    long  = ["debug", "force", "nofsck", "nohints", "nolocking", "nosync", "noudevsync", "quiet", "resizefs", "verbose", "yes"]
    type  = bool
  }
  flag "harmless" {
    short    = ["h", "t"]
    long     = ["help", "longhelp", "test", "version"]
    type     = bool
    harmless = true
  }
  operand "names" {
    type    = list(string)
    default = []
  }
}

command "resize-ext" {
  program     = "resize2fs"
  no_operands = "harmless"
  flag "smallest" {
    short = "M"
    long  = []
    type  = bool
  }
  flag "options" {
    short = ["d", "S", "z"]
    long  = []
    type  = list(string)
  }
  flag "plain" {
    short = ["b", "f", "F", "p", "s"]
    long  = []
    type  = bool
  }
  flag "harmless" { # prints the smallest size
    short    = "P"
    long     = []
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
  operand "size" { target = "none" }
}

command "xfs-repair" {
  program     = "xfs_repair"
  no_operands = "harmless"
  flag "lossy" { # the log is thrown away; a mounted file system is written to
    short = ["d", "L"]
    long  = []
    type  = bool
  }
  flag "options" {
    short = ["c", "l", "m", "o", "r", "t"]
    long  = []
    type  = list(string)
  }
  flag "plain" {
    short = ["e", "f", "P", "v"]
    long  = []
    type  = bool
  }
  flag "harmless" {
    short    = ["n", "V"]
    long     = []
    type     = bool
    harmless = true
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

# What is asked about is asked about with any flags: only those of check matter.
command "btrfs" {
  program     = "btrfs"
  other_flags = "harmless"
  flag "repair" {
    long = ["clear-ino-cache", "clear-space-cache", "init-csum-tree", "init-extent-tree", "repair"]
    type = bool
  }
  flag "subvolid" { short = "i" }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "group" { target = "none" }
  operand "verb" { target = "none" }
  operand "names" {
    type    = list(string)
    target  = "name"
    default = []
  }
}

command "dmsetup" {
  program = "dmsetup"
  flag "options" {
    short = ["G", "j", "m", "M", "o", "O", "S", "u", "U"]
    long  = ["exec", "gid", "major", "manglename", "minor", "mode", "options", "readahead", "select", "separator", "sort", "table", "target", "udevcookie", "uid", "uuid"]
    type  = list(string)
  }
  flag "plain" {
    short = ["c", "C", "f", "n", "r", "v", "y"]
    long = [
      "addnodeoncreate", "addnodeonresume", "checks", "columns", "concise", "deferred", "force", "inactive", "nameprefixes", "noflush", "noheadings", "nolockfs", "noopencount", "notable", "noudevrules", "noudevsync", "readonly", "retry", "setuuid", "showkeys", "tree",
      "verbose", "verifyudev", "yes",
    ]
    type = bool
  }
  flag "help" {
    short    = "h"
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "verb" { target = "none" }
  operand "names" {
    type    = list(string)
    target  = "name"
    default = []
  }
}

# The verb says what is done; -n is a dry run wherever it is taken. Only the flags
# that take a value with every verb are declared as such: behind another one -F
# must be seen.
command "zfs" {
  program     = "zfs"
  other_flags = "harmless"
  flag "dry-run" {
    short = "n"
    type  = bool
  }
  flag "force" {
    short = "F"
    long  = []
    type  = bool
  }
  flag "options" {
    short = ["o", "x"]
    long  = []
    type  = list(string)
  }
  operand "verb" {}
  operand "names" {
    type    = list(string)
    target  = "name"
    default = []
  }
}

command "zpool" {
  program     = "zpool"
  other_flags = "harmless"
  flag "dry-run" {
    short = "n"
    type  = bool
  }
  flag "force" { # what was written last is thrown away
    short = ["F", "X"]
    long  = ["rewind-to-checkpoint"]
    type  = bool
  }
  flag "options" {
    short = ["o", "O", "R", "T"]
    long  = []
    type  = list(string)
  }
  operand "verb" {}
  operand "names" {
    type    = list(string)
    target  = "name"
    default = []
  }
}

command "zpool-checkpoint" {
  program    = "zpool"
  subcommand = "checkpoint"
  flag "discard" {
    short = "d"
    type  = bool
  }
  flag "plain" {
    short = "w"
    long  = "wait"
    type  = bool
  }
  operand "names" {
    type    = list(string)
    target  = "name"
    default = []
  }
}

command "halt" {
  program = ["halt", "poweroff", "reboot"]
  flag "plain" {
    short = ["d", "f", "h", "i", "n", "p"]
    long  = ["force", "halt", "no-sync", "no-wall", "no-wtmp", "poweroff", "reboot"]
    type  = bool
  }
  flag "harmless" { # only writes a record
    short    = "w"
    long     = ["help", "version", "wtmp-only"]
    type     = bool
    harmless = true
  }
  operand "when" {
    type   = list(string)
    target = "none"
  }
}

command "shutdown" {
  program = "shutdown"
  flag "plain" {
    short = ["a", "f", "F", "h", "H", "n", "P", "r"]
    long  = ["halt", "no-wall", "poweroff", "reboot"]
    type  = bool
  }
  flag "options" {
    short = "t"
    long  = []
    type  = list(string)
  }
  flag "harmless" { # cancel, only warn, only show
    short    = ["c", "k"]
    long     = ["help", "show", "version"]
    type     = bool
    harmless = true
  }
  operand "when" {
    type   = list(string)
    target = "none"
  }
}

command "init" {
  program = ["init", "telinit"]
  flag "options" {
    short = ["e", "t"]
    long  = []
    type  = list(string)
  }
  flag "plain" {
    long = ["no-wall"]
    type = bool
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "level" { target = "none" }
}

command "systemctl" {
  program = "systemctl"
  flag "user" { type = bool }
  flag "dry-run" { type = bool } # of what stops the host; other verbs are carried out
  flag "when" {}                 # "cancel" and "show" stop nothing
  flag "host" { short = "H" }
  flag "options" {
    short = ["C", "M", "n", "o", "p", "P", "s", "t"]
    long = [
      "boot-loader-entry", "boot-loader-menu", "capsule", "check-inhibitors", "drop-in", "image", "image-policy", "job-mode", "kill-subgroup", "kill-value", "kill-who", "kill-whom", "legend", "lines", "machine", "message", "output", "preset-mode", "property",
      "reboot-argument", "root", "signal", "state", "timestamp", "type", "what",
    ]
    type = list(string)
  }
  flag "plain" {
    short = ["a", "f", "i", "l", "q", "r", "T", "v"]
    long = [
      "after", "all", "before", "fail", "failed", "firmware-setup", "force", "full", "global", "ignore-dependencies", "ignore-inhibitors", "irreversible", "marked", "mkdir", "no-ask-password", "no-block", "no-legend", "no-pager", "no-reload", "no-wall", "no-warn", "now", "plain",
      "quiet", "read-only", "recursive", "reverse", "runtime", "show-transaction", "show-types", "stdin", "system", "value", "verbose", "wait", "with-dependencies",
    ]
    type = bool
  }
  flag "help" {
    short    = "h"
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "verb" { target = "none" }
  operand "units" {
    type    = list(string)
    default = []
    target  = "name"
  }
}

# Also what the shells of a script signal themselves, outside of the script.
# "-9" and "-KILL" are flags that nobody declared: the policies look at the words.
command "kill" {
  program     = "kill"
  on          = "signal"
  other_flags = "harmless"
  flag "signal" { short = "s" }
  flag "options" {
    short = "q"
    long  = ["queue", "timeout"]
    type  = list(string)
  }
  operand "processes" {
    type   = list(string)
    target = "process"
  }
}

command "killall" { # a signal is written as a flag: -9, -KILL
  program     = "killall"
  other_flags = "harmless"
  flag "signal" { short = "s" }
  flag "regexp" {
    short = "r"
    type  = bool
  }
  flag "selection" {
    short = ["n", "o", "u", "y", "Z"]
    long  = ["context", "ns", "older-than", "user", "younger-than"]
    type  = list(string)
  }
  flag "help" {
    long     = ["list", "version"]
    type     = bool
    harmless = true
  }
  operand "names" {
    type    = list(string)
    default = []
  }
}

command "kill-all" {
  program     = "killall5"
  other_flags = "harmless"
  flag "omit" {
    short = "o"
    long  = []
    type  = list(string)
  }
}

command "skill" {
  program     = "skill"
  other_flags = "harmless"
  flag "signal" {
    short = "s"
    long  = []
  }
  flag "selection" {
    short = ["c", "p", "t", "u"]
    long  = ["command", "pid", "tty", "user"]
    type  = list(string)
  }
  operand "names" {
    type    = list(string)
    default = []
  }
}

command "pkill" { # a signal is written as a flag: -9, -KILL
  program     = "pkill"
  other_flags = "harmless"
  flag "signal" { long = "signal" }
  flag "inverse" {
    short = "v"
    type  = bool
  }
  flag "full" {
    short = "f"
    type  = bool
  }
  flag "pidfile" { short = "F" }
  flag "selection" {
    short = ["g", "G", "O", "P", "q", "r", "s", "t", "u", "U"]
    long  = ["cgroup", "env", "euid", "group", "ns", "nslist", "older", "parent", "pgroup", "queue", "runstates", "session", "terminal", "uid"]
    type  = list(string)
  }
  flag "help" {
    long     = ["help", "version"]
    type     = bool
    harmless = true
  }
  operand "names" {
    type    = list(string)
    default = []
  }
}
