# How the shipped policies read command lines. They share these blocks, so a
# copy in /etc/guard/policies must keep every name. Flags are those of the tools'
# manuals: whoever types another one is asked.

command "rm" {
  program     = "rm"
  no_operands = "harmless" # rm -f $NONE
  flags       = "-d -f -I -i -v --dir --force --interactive? --no-preserve-root --one-file-system --preserve-root? --verbose"
  harmless    = "--help --version"
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
  program     = ["rmdir", "unlink"]
  no_operands = "harmless"
  flags       = "-p -v --ignore-fail-on-non-empty --parents --verbose"
  harmless    = "--help --version"
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "shred" {
  program     = "shred"
  no_operands = "harmless"
  flags       = "-f -u -v -x -z --exact --force --verbose --zero"
  harmless    = "--help --version"
  flag "iterations" { short = "n" }
  flag "size" { short = "s" }
  flag "random-source" {}
  flag "remove" { attached = true }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "truncate" {
  program     = "truncate"
  on          = "truncate" # a redirection: > file
  no_operands = "harmless"
  flags       = "-c -o --io-blocks --no-create"
  harmless    = "--help --version"
  flag "size" { short = "s" }
  flag "reference" { short = "r" }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "mv" {
  program     = "mv"
  no_operands = "harmless"
  flags       = "-b -f -i -n -T -u -v -Z --backup? --context? --debug --exchange --force --interactive --no-clobber --no-copy --no-target-directory --strip-trailing-slashes --update? --verbose"
  harmless    = "--help --version"
  flag "target-directory" { short = "t" }
  flag "suffix" { short = "S" }
  operand "paths" {
    type     = list(string)
    required = true
  }
}

command "chmod" {
  program     = "chmod"
  no_operands = "harmless"
  flags       = "-c -f -H -h -P -v --changes --dereference --no-dereference --no-preserve-root --preserve-root --quiet --silent --verbose"
  harmless    = "--help --version"
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
  operand "mode" {
    target = "none"
    unless = ["reference", "minus"]
  }
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "chown" {
  program     = ["chown", "chgrp"]
  no_operands = "harmless"
  flags       = "-c -f -H -h -P -v --changes --dereference --no-dereference --no-preserve-root --preserve-root --quiet --silent --verbose"
  harmless    = "--help --version"
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
  style       = "find"
  other_flags = "harmless" # tests and actions that delete nothing
  flag "delete" {
    type = bool
    long = ["delete", "rm"]
  }
  flag "follow" { # links below the starts too
    type = bool
    long = ["L", "follow"]
  }
  flag "follow_starts" {
    type = bool
    long = "H"
  }
  flag "executes" { # the names of the programs
    type    = list(string)
    default = []
    long    = ["exec", "execdir", "ok", "okdir"]
  }
  flag "unrestricted" { type = bool } # what it deletes or executes for is every file
  flag "writes" {                     # and empties first
    type    = list(string)
    default = []
    long    = ["fprint", "fprint0", "fprintf", "fls"]
    target  = "path"
    does    = "write"
  }
  operand "paths" {
    type    = list(string)
    default = ["."]
    target  = "path"
  }
}

command "dd" {
  program  = "dd"
  style    = "words"
  flags    = "bs= cbs= conv= count= ibs= if= iflag= iseek= obs= oflag= oseek= seek= skip= speed= status="
  harmless = "--help --version"
  flag "paths" {
    long    = "of"
    type    = list(string)
    default = ["/dev/null"] # none: standard output
    target  = "path"
    does    = "write"
  }
}

# File systems, one block for each family of flags. The words that are options'
# values are no targets, so that a person types the device.

# Its flags are those of the type: here are those that take a value in nearly all,
# and none that is a dry run.
command "mkfs" {
  program  = "mkfs"
  flags    = "-b= -d= -E= -i= -L= -m= -O= -q -T= -t= -U= -V -v --type= --verbose"
  harmless = "--help --version"
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkfs-ext" {
  program     = ["mke2fs", "mkfs.ext2", "mkfs.ext3", "mkfs.ext4", "mkfs.ext4dev"]
  no_operands = "harmless"
  flags       = "-b= -C= -c -D -d= -E= -e= -F -G= -g= -I= -i= -J= -j -K -L= -l= -M= -m= -N= -O= -o= -q -R= -r= -S -s= -T= -t= -U= -v -z="
  harmless    = "-n -V"
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
  operand "size" { target = "none" }
}

command "mkfs-xfs" { # -d name=DEVICE names one too, so without an operand it is refused
  program  = "mkfs.xfs"
  flags    = "-b= -C -c= -d= -f -i= -K -L= -l= -m= -n= -p= -q -r= -s= --protofile="
  harmless = "-N -V"
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkfs-btrfs" {
  program     = "mkfs.btrfs"
  no_operands = "harmless"
  flags = [
    "-A= -b= -d= -f -K -L= -l= -M -m= -n= -O= -q -R= -r= -s= -U= -u= -v --alloc-start= --byte-count= --checksum= --compress= --csum= --data=",
    "--device-uuid= --features= --force --inode-flags= --label= --leafsize= --metadata= --mixed --nodesize= --nodiscard --quiet --reflink --rootdir=",
    "--runtime-features= --sectorsize= --shrink --subvol= --uuid= --verbose",
  ]
  harmless = "-V --help --version"
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkfs-fat" {
  program     = ["mkdosfs", "mkfs.fat", "mkfs.msdos", "mkfs.vfat"]
  no_operands = "harmless"
  flags       = "-A -a -b= -C -c -D= -F= -f= -g= -h= -I -i= -l= -M= -m= -n= -R= -r= -S= -s= -v --codepage= --invariant --mbr? --offset= --variant="
  harmless    = "--help"
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
  flags = [
    "-b= -c= -f -i= -L= -n= -p= -q -s= -U= -v --boundary-align= --cluster-size= --full --guid= --pack-bitmap --quiet --sector-size= --verbose",
    "--volume-guid= --volume-label=",
  ]
  harmless = "-h -V --help --version"
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkfs-ntfs" {
  program     = ["mkfs.ntfs", "mkntfs"]
  no_operands = "harmless"
  flags = [
    "-C -c= -F -f -H= -I -L= -p= -Q -q -S= -s= -T -U -v -z= --cluster-size= --debug --enable-compression --fast --force --heads= --label=",
    "--mft-zone-multiplier= --no-indexing --partition-start= --quick --quiet --sector-size= --sectors-per-track= --verbose --with-uuid --zero-time",
  ]
  harmless = "-h -l -n -V --help --license --no-action --version"
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
  flags       = "-a= -C= -d= -E= -e= -f -g= -i -l= -m -O= -o= -q -R= -r -S= -s= -T= -t= -U= -w= -z="
  harmless    = "-h -V"
  flag "devices" {
    short  = "c"
    long   = []
    type   = list(string)
    target = "path"
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
  flags       = "-c -f -J= -L= -O -q -s="
  harmless    = "-V"
  flag "journal" {
    short  = "j"
    long   = []
    target = "path"
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
  flags       = "-1 -2 -3 -c -i= -l= -n= -v --badblocks= --check --inodes= --lock? --namelength="
  harmless    = "-h -V --help --version"
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
  flags       = "-b= -f -L= -N= -q -v --block-size= --blocksize= --force --label= --quiet --uuid= --verbose"
  harmless    = "--help"
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "mkswap" {
  program     = "mkswap"
  no_operands = "harmless"
  flags = [
    "-c -e= -F -f -L= -o= -p= -q -s= -U= -v= --check --endianness= --file --force --label= --lock? --offset= --pagesize= --quiet --size= --swapversion=",
    "--uuid= --verbose",
  ]
  harmless = "-h -V --help --version"
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
  flags       = "-f -l= -o= -p= -q -s -v -z --force --length= --offset= --quiet --secure --step= --verbose --zeroout"
  harmless    = "-h -V --help --version"
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "pvcreate" {
  program     = "pvcreate"
  no_operands = "harmless"
  flags = [
    "-A= -d -f -M= -q -u= -v -y -Z= --autobackup= --bootloaderareasize= --commandprofile= --config= --dataalignment= --dataalignmentoffset= --debug",
    "--devices= --devicesfile= --driverloaded= --force --journal= --labelsector= --lockopt= --metadatacopies= --metadataignore= --metadatasize=",
    "--metadatatype= --nohints --nolocking --norestorefile --profile= --pvmetadatacopies= --quiet --reportformat= --restorefile=",
    "--setphysicalvolumesize= --uuid= --verbose --yes --zero=",
  ]
  harmless = "-h -t --help --longhelp --test --version"
  operand "paths" {
    type     = list(string)
    target   = "path"
    required = true
  }
}

command "wipefs" {
  program     = "wipefs"
  no_operands = "harmless"
  flags       = "-b? -f -i -J -O= -p -q -t= --backup? --force --json --lock? --noheadings --output= --parsable --quiet --types="
  harmless    = "-h -n -V --help --no-act --version"
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
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
}

command "mdadm" {
  program = "mdadm"
  flags = [
    "-1 -a -B -b -c= -d= -e= -f -G -I -i= -k= -l= -m= -N= -n= -o -p= -q -R -r -S -s -t -U= -u= -v -w -x= -Y -y -Z= -z= --add --add-journal --add-spare",
    "--alert= --array-size= --assume-clean --auto? --auto-detect --backup-file= --bitmap= --bitmap-chunk= --brief --build --chunk= --cluster-confirm",
    "--config= --consistency-policy= --continue --daemonise --data-offset= --delay= --dump= --export --fail --failfast --force --freeze-reshape --grow",
    "--homecluster= --homehost= --increment= --incremental --invalid-backup --kill-subarray= --layout= --level= --mail= --metadata= --name=",
    "--no-degraded --nodes= --nofailfast --oneshot --parity= --path= --pid-file= --prefer= --program= --quiet --raid-devices= --raid-disks= --re-add",
    "--readonly --readwrite --rebuild-map --remove --replace --restore= --rounding= --run --scan --set-faulty --size= --spare-devices= --spare-disks=",
    "--stop --super-minor= --symlink= --syslog --test --update= --update-subarray= --uuid= --verbose --wait-clean --with --write-behind? --write-mostly",
    "--write-zeroes --writemostly",
  ]
  harmless = "-h -V --help --help-options --version"
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
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
}

command "sgdisk" {
  program     = "sgdisk"
  no_operands = "harmless"
  flags = [
    "-a= -b= -C -D -E -F -f -I -i= -L -O -p -V -v --align-end --backup= --display-alignment --end-of-largest --first-aligned-in-largest",
    "--first-in-largest --info= --list-types --print --print-mbr --recompute-chs --set-alignment= --verify --version",
  ]
  harmless = "-? -P --help --pretend --usage"
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
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
}

command "fdisk" {
  program     = "fdisk"
  no_operands = "harmless"
  flags = [
    "-B -b= -C= -c? -H= -L? -n -o= -S= -t= -u? -W= -w= --bytes --color? --compatibility? --cylinders= --heads= --lock? --noauto-pt --output=",
    "--protect-boot --sector-size= --sectors= --type= --units? --wipe= --wipe-partitions=",
  ]
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
  flags = [
    "-a -B -b -f -G -L -N= -O= -o= -q -u= -W= -w= -X= -Y= --append --backup --backup-file= --bytes --color? --force --label= --label-nested= --lock?",
    "--move-data --no-reread --no-tell-kernel --output= --partno= --quiet --sector-size= --unit= --wipe= --wipe-partitions=",
  ]
  harmless = "-h -n -v --help --no-act --version"
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
  operand "paths" {
    type    = list(string)
    target  = "path"
    default = []
  }
  operand "part" { target = "none" }
}

command "disk-editor" { # without an operand they ask for a disk, or take the first
  program = ["cfdisk", "cgdisk", "gdisk"]
  flags   = "-a -b= -L= -z --sector-size= --zero"
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
  flags   = "-f -j -m -s --fix --json --machine --script"
  flag "align" { short = "a" }
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
  flags = [
    "-b= -c= -d= -h= -I= -i= -l= -M= -N -o= -p= -q -r -S= -s= -T= -t= -v -y --active-name= --align-payload= --allow-discards --batch-mode",
    "--cancel-deferred --cipher= --debug --debug-json --decrypt --deferred --device-size= --disable-blkid --disable-external-tokens --disable-keyring",
    "--disable-locks --disable-veracrypt --dump-json-metadata --dump-master-key --dump-volume-key --encrypt --external-tokens-path= --force-no-keyslots",
    "--force-offline-reencrypt --force-password --hash= --header= --header-backup-file= --hotzone-size= --hw-opal-factory-reset-key= --init-only",
    "--integrity= --integrity-key-size= --integrity-legacy-hmac --integrity-legacy-padding --integrity-no-journal --integrity-no-wipe",
    "--integrity-recalculate --integrity-recalculate-reset --iter-time= --iv-large-sectors --json-file= --keep-key --key-description= --key-file=",
    "--key-size= --key-slot= --keyfile-offset= --keyfile-size= --keyslot-cipher= --keyslot-key-size= --label= --link-vk-to-keyring=",
    "--luks2-keyslots-size= --luks2-metadata-size= --master-key-file= --new --new-key-description= --new-key-slot= --new-keyfile= --new-keyfile-offset=",
    "--new-keyfile-size= --new-token-id= --offset= --pbkdf= --pbkdf-force-iterations= --pbkdf-memory= --pbkdf-parallel= --perf-high_priority",
    "--perf-no_read_workqueue --perf-no_write_workqueue --perf-same_cpu_crypt --perf-submit_from_crypt_cpus --persistent --priority=",
    "--progress-frequency= --progress-json --readonly --reduce-device-size= --refresh --resilience= --resilience-hash= --resume-only --sector-size=",
    "--serialize-memory-hard-pbkdf --shared --size= --skip= --subsystem= --tcrypt-backup --tcrypt-hidden --tcrypt-system --test-passphrase --timeout=",
    "--token-id= --token-only --token-replace --token-type= --tries= --type= --unbound --use-random --use-urandom --uuid= --veracrypt --veracrypt-pim=",
    "--veracrypt-query-pim --verbose --verify-passphrase --volume-key-file= --volume-key-keyring=",
  ]
  harmless = "-? -V --help --test-args --usage --version"
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
  flags = [
    "-l= -n= -o= -s= --block-count= --cntlid= --data= --data-len= --feature-id= --lbaf= --log-id= --log-len= --ms= --namespace-id= --output-format=",
    "--pi= --pil= --sanact= --ses= --slot= --start-block=",
  ]
  harmless = "-h --help --version"
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
  flags = [
    "-A= -a -d -f -q -v -y --all --autobackup= --commandprofile= --config= --debug --devices= --devicesfile= --driverloaded= --force --journal=",
    "--lockopt= --mirrorsonly --nohints --nohistory --nolocking --noudevsync --profile= --quiet --removemissing --reportformat= --verbose --yes",
  ]
  harmless = "-h -t --help --longhelp --test --version"
  flag "select" { short = "S" }
  operand "names" {
    type    = list(string)
    default = []
  }
}

command "volume-size" {
  program = ["lvreduce", "lvresize"]
  flags = [
    "-A= -d -f -I= -i= -n -q -r -v -y --alloc= --autobackup= --commandprofile= --config= --debug --devices= --devicesfile= --driverloaded= --force",
    "--fs= --fsmode= --journal= --lockopt= --nofsck --nohints --nolocking --nosync --noudevsync --poolmetadatasize= --profile= --quiet --reportformat=",
    "--resizefs --stripes= --stripesize= --type= --verbose --yes",
  ]
  harmless = "-h -t --help --longhelp --test --version"
  flag "size" { short = "L" }
  flag "extents" { short = "l" }
  operand "names" {
    type    = list(string)
    default = []
  }
}

command "resize-ext" {
  program     = "resize2fs"
  no_operands = "harmless"
  flags       = "-b -d= -F -f -p -S= -s -z="
  harmless    = "-P"
  flag "smallest" {
    short = "M"
    long  = []
    type  = bool
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
  flags       = "-c= -e -f -l= -m= -o= -P -r= -t= -v"
  harmless    = "-n -V"
  flag "lossy" { # the log is thrown away; a mounted file system is written to
    short = ["d", "L"]
    long  = []
    type  = bool
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
  harmless    = "--help --version"
  flag "repair" {
    long = ["clear-ino-cache", "clear-space-cache", "init-csum-tree", "init-extent-tree", "repair"]
    type = bool
  }
  flag "subvolid" { short = "i" }
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
  flags = [
    "-C -c -f -n -r -v -y --addnodeoncreate --addnodeonresume --checks --columns --concise --deferred --force --inactive --nameprefixes --noflush",
    "--noheadings --nolockfs --noopencount --notable --noudevrules --noudevsync --readonly --retry --setuuid --showkeys --tree --verbose --verifyudev",
    "--yes",
  ]
  harmless = "-h --help --version"
  flag "options" {
    short = ["G", "j", "m", "M", "o", "O", "S", "u", "U"]
    long  = ["exec", "gid", "major", "manglename", "minor", "mode", "options", "readahead", "select", "separator", "sort", "table", "target", "udevcookie", "uid", "uuid"]
    type  = list(string)
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
  flags       = "-o= -x="
  flag "dry-run" {
    short = "n"
    type  = bool
  }
  flag "force" {
    short = "F"
    long  = []
    type  = bool
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
  flags       = "-O= -o= -R= -T="
  flag "dry-run" {
    short = "n"
    type  = bool
  }
  flag "force" { # what was written last is thrown away
    short = ["F", "X"]
    long  = ["rewind-to-checkpoint"]
    type  = bool
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
  flags      = "-w --wait"
  flag "discard" {
    short = "d"
    type  = bool
  }
  operand "names" {
    type    = list(string)
    target  = "name"
    default = []
  }
}

command "halt" {
  program  = ["halt", "poweroff", "reboot"]
  flags    = "-d -f -h -i -n -p --force --halt --no-sync --no-wall --no-wtmp --poweroff --reboot"
  harmless = "-w --help --version --wtmp-only"
  operand "when" {
    type   = list(string)
    target = "none"
  }
}

command "shutdown" {
  program  = "shutdown"
  flags    = "-a -F -f -H -h -n -P -r -t= --halt --no-wall --poweroff --reboot"
  harmless = "-c -k --help --show --version"
  operand "when" {
    type   = list(string)
    target = "none"
  }
}

command "init" {
  program  = ["init", "telinit"]
  flags    = "-e= -t= --no-wall"
  harmless = "--help --version"
  operand "level" { target = "none" }
}

command "systemctl" {
  program = "systemctl"
  flags = [
    "-a -C= -f -i -l -M= -n= -o= -P= -p= -q -r -s= -T -t= -v --after --all --before --boot-loader-entry= --boot-loader-menu= --capsule=",
    "--check-inhibitors= --drop-in= --fail --failed --firmware-setup --force --full --global --ignore-dependencies --ignore-inhibitors --image=",
    "--image-policy= --irreversible --job-mode= --kill-subgroup= --kill-value= --kill-who= --kill-whom= --legend= --lines= --machine= --marked",
    "--message= --mkdir --no-ask-password --no-block --no-legend --no-pager --no-reload --no-wall --no-warn --now --output= --plain --preset-mode=",
    "--property= --quiet --read-only --reboot-argument= --recursive --reverse --root= --runtime --show-transaction --show-types --signal= --state=",
    "--stdin --system --timestamp= --type= --value --verbose --wait --what= --with-dependencies",
  ]
  harmless = "-h --help --version"
  flag "user" { type = bool }
  flag "dry-run" { type = bool } # of what stops the host; other verbs are carried out
  flag "when" {}                 # "cancel" and "show" stop nothing
  flag "host" { short = "H" }
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
  flags       = "-q= --queue= --timeout="
  flag "signal" { short = "s" }
  operand "processes" {
    type   = list(string)
    target = "process"
  }
}

command "killall" { # a signal is written as a flag: -9, -KILL
  program     = "killall"
  other_flags = "harmless"
  harmless    = "--list --version"
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
  harmless    = "--help --version"
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
  operand "names" {
    type    = list(string)
    default = []
  }
}
