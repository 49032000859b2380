# Three nights of rm -rf with one word that was not meant.
#
#   Steam, 14 January 2015: rm -rf "$STEAMROOT/"* with STEAMROOT empty (verbatim
#     template; below it stands as the shell would have expanded it)
#   Bumblebee, 24 May 2011: rm -rf /usr /lib/nvidia-current/xorg/xorg (verbatim)
#   iTunes 2.0, 3 November 2001: rm -rf $2Applications/iTunes.app, unquoted, on a
#     disk whose name has a space (argv reconstructed from the published script)
#
# Invented: the user u.

command "night-rm" {
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

locals {
  night_protected = ["/Applications", "/System", "/Users", "/Volumes", "/bin", "/boot", "/etc", "/home", "/lib", "/media", "/root", "/usr", "/var"]
}

policy "night-rm-protected" {
  summary    = "delete ${join(", ", arg.paths)}"
  applies_to = [command.night-rm]

  rule "protected" {
    condition     = length([for p in local.night_protected : p if inside(p, target.resolved)]) == 0
    error_message = "a part of the system would go with it"
  }
  confirm {}
}

test "Steam, 2015: an empty variable" {
  run    = "rm -rf /bin /boot /dev /etc /home /lib /media /opt /root /usr /var"
  expect = "deny"
  checks = ["rule.protected"]
}

test "Steam, 2015: as the script has it" {
  run    = "sh -c 'rm -rf \"$STEAMROOT/\"*'"
  expect = "deny"
}

test "Steam, 2015: what was meant" {
  run    = "rm -rf /home/u/.local/share/Steam/ubuntu12_32 /home/u/.local/share/Steam/steam.sh"
  expect = "confirm"
}

test "Bumblebee, 2011: a space too many" {
  run    = "rm -rf /usr /lib/nvidia-current/xorg/xorg"
  expect = "deny"
  checks = ["rule.protected"]
}

test "Bumblebee, 2011: what was meant" {
  run    = "rm -rf /usr/lib/nvidia-current/xorg/xorg"
  expect = "confirm"
}

test "iTunes, 2001: a name with a space" {
  run    = "rm -rf /Volumes/ harddiskname/Applications/iTunes.app"
  expect = "deny"
  checks = ["rule.protected"]
}
