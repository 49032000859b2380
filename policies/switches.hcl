# The kernel's switches are files in /proc and /sys, and some devices: what is written
# to one is done. By whatever name: a second mount of /proc is the same kernel.
# Reading them is free, and so are those that only tune (vm.drop_caches, a scheduler).

locals {
  # What ends or stops the whole host.
  stopping_files   = ["/proc/acpi/sleep", "/proc/sysrq-trigger", "/sys/power/disk", "/sys/power/state"]
  stopping_devices = ["/dev/watchdog"]
  # Names of files in /sys that take a device, a processor or memory away, or stop it.
  removing_files = ["authorized", "array_state", "bonding_masters", "delete", "delete_controller", "delete_device", "eject", "offline", "online", "power", "remove", "remove_id", "remove_single", "reset", "unbind"]
  # Names of files in a control group that stop what runs in it.
  group_files = ["cgroup.freeze", "cgroup.kill", "freezer.state"]
  # Settings of the kernel, below these; but for those that only tell it to tidy up, or
  # are of one process.
  setting_directories = ["/proc/acpi", "/proc/mtrr", "/proc/scsi", "/proc/sys", "/sys/firmware", "/sys/kernel/config", "/sys/kernel/debug"]
  harmless_settings   = ["/proc/sys/kernel/ns_last_pid", "/proc/sys/kernel/random", "/proc/sys/net/ipv4/route/flush", "/proc/sys/net/ipv6/route/flush", "/proc/sys/vm/compact_memory", "/proc/sys/vm/drop_caches", "/proc/sys/vm/stat_refresh"]
}

policy "stop-host-by-file" {
  summary    = "stop, suspend or restart this host: ${join(", ", local.hit)}"
  applies_to = [command.truncate, command.written, command.edited, command.appended]
  when       = length(local.hit) > 0

  probe "resolve" "at" { paths = arg.paths }
  locals {
    hit = concat(
      [for t in probe.at : t.kernel if t.kernel == null ? false : contains(local.stopping_files, t.kernel)],
      [for t in probe.at : t.char if t.char == null ? false : startswith(t.char, "/dev/watchdog")],
    )
  }
  confirm {
    type = host.name
    show = false
    hint = "the name of this host, which it stops or restarts"
  }
}

policy "take-device-away" {
  summary    = "take away ${join(", ", local.hit)}"
  applies_to = [command.truncate, command.written, command.edited, command.appended]
  when       = length(local.hit) > 0

  probe "resolve" "at" { paths = arg.paths }
  probe "exec" "parts" {
    argv     = ["lsblk", "--json", "--list", "--paths", "--output", "NAME,MOUNTPOINT", "--"]
    operands = local.disks
    if_empty = { blockdevices = [] }
    decode   = "json"
  }
  locals {
    hit   = [for t in probe.at : t.kernel if t.kernel == null ? false : startswith(t.kernel, "/sys/") && contains(concat(local.removing_files, local.group_files), basename(t.kernel))]
    disks = flatten([for t in probe.at : t.disks])
    uses  = [for b in probe.parts.blockdevices : "${b.name} on ${b.mountpoint}" if b.mountpoint != null]
  }
  blast_radius "uses" {
    affected      = local.uses
    max           = 0
    error_message = "mounted or swapped to: ${join(", ", local.uses)}"
    enforcement   = "soft-mandatory"
  }
  confirm {}
}

policy "change-kernel-setting" {
  summary    = "change ${join(", ", local.hit)}"
  applies_to = [command.truncate, command.written, command.edited, command.appended]
  when       = length(local.hit) > 0

  probe "resolve" "at" { paths = arg.paths }
  locals { hit = [for t in probe.at : t.kernel if t.kernel == null ? false : inside(t.kernel, local.setting_directories) && !inside(t.kernel, local.harmless_settings)] }
  confirm {}
}

# sysctl -p and --system load what the host loads when it starts.
policy "change-kernel-setting-by-name" {
  summary    = "change ${join(" ", arg.settings)}"
  applies_to = [command.sysctl]
  when       = length([for s in local.set : s if !contains(["vm.compact_memory", "vm.drop_caches", "vm/drop_caches"], element(split("=", s), 0))]) > 0
  locals { set = [for s in arg.settings : s if arg.write || length(split("=", s)) > 1] }
  confirm {}
}
