# Hosts and their services: whoever stops one types its name, from memory. It is
# not shown: the wrong window is the usual mistake.

policy "stop-host" {
  summary    = "${program} this host"
  applies_to = [command.halt, command.shutdown]
  confirm {
    type = host.name
    show = false
    hint = "the name of this host"
  }
}

policy "change-runlevel" {
  summary    = "switch this host to run level ${arg.level}"
  applies_to = [command.init]
  when       = arg.level != null && contains(["0", "1", "6", "s", "S"], arg.level)
  confirm {
    type = host.name
    show = false
    hint = "the name of this host"
  }
}

locals {
  stopping_units = [
    "ctrl-alt-del.target", "emergency.service", "emergency.target", "exit.target", "factory-reset.target", "final.target", "halt.target", "hibernate.target", "hybrid-sleep.target", "initrd-switch-root.service", "initrd-switch-root.target", "kexec.target", "poweroff.target", "reboot.target",
    "rescue.service", "rescue.target", "runlevel0.target", "runlevel1.target", "runlevel6.target", "shutdown.target", "sleep.target", "soft-reboot.target", "suspend-then-hibernate.target", "suspend.target", "systemd-exit.service", "systemd-halt.service", "systemd-hibernate.service",
    "systemd-hybrid-sleep.service", "systemd-kexec.service", "systemd-poweroff.service", "systemd-reboot.service", "systemd-soft-reboot.service", "systemd-suspend-then-hibernate.service", "systemd-suspend.service", "umount.target",
  ]
  stopping_verbs = ["clean", "condstop", "disable", "freeze", "isolate", "kill", "mask", "preset-all", "revert", "stop"]
  host_verbs     = ["default", "emergency", "exit", "halt", "hibernate", "hybrid-sleep", "kexec", "poweroff", "reboot", "rescue", "sleep", "soft-reboot", "suspend", "suspend-then-hibernate", "switch-root"]
  rehearsed      = ["default", "emergency", "exit", "halt", "hibernate", "hybrid-sleep", "kexec", "poweroff", "reboot", "rescue", "suspend", "suspend-then-hibernate"] # by --dry-run
  scheduled      = ["halt", "kexec", "poweroff", "reboot", "soft-reboot"]                                                                                              # by --when
  starting_verbs = ["condrestart", "enable", "force-reload", "reenable", "reload-or-restart", "reload-or-try-restart", "restart", "set-default", "start", "try-reload-or-restart", "try-restart"]
}

# A flag that systemctl may not know may take the verb for its value: then the
# verb is not known, and it may be any of these.
policy "stop-service" {
  summary    = "${arg.verb} ${join(" ", arg.units)}"
  applies_to = [command.systemctl]
  when = !arg.user && arg.verb != null && (
    contains(local.stopping_verbs, arg.verb)
    || contains(local.host_verbs, arg.verb) && !(arg.dry-run && contains(local.rehearsed, arg.verb)) && !(contains(["cancel", "show"], arg.when == null ? "" : arg.when) && contains(local.scheduled, arg.verb))
    || contains(local.starting_verbs, arg.verb) && length([for u in arg.units : u if contains(local.stopping_units, u)]) > 0
  )
  confirm {
    type = arg.host == null ? host.name : arg.host
    show = false
    hint = "the name of the host it stops on"
  }
}

locals {
  # By these a server reads its files anew; what does not know them may end.
  gentle_signals = ["0", "1", "10", "12", "18", "28", "HUP", "SIGHUP", "USR1", "SIGUSR1", "USR2", "SIGUSR2", "CONT", "SIGCONT", "WINCH", "SIGWINCH"]
  signal_lists   = ["-l", "-L", "-t", "--list", "--table", "-V", "--version", "-h", "--help"]
}

# The word after the program may be "-1", which is a hang-up then. By that the first
# process reads its configuration; others may stop the host.
policy "signal-everything" {
  summary    = "signal every process of this host, or its first one"
  applies_to = [command.kill]
  when = program == "kill" && (
    length(local.all) > 0 && (length(local.said) == 0 || length(setsubtract(local.said, ["0"])) > 0)
    || length(local.init) > 0 && (length(local.said) == 0 || length(setsubtract(local.said, ["0", "1", "HUP", "SIGHUP"])) > 0)
  )
  locals {
    said = concat( # every signal on the line: the last one is sent
      [for i, word in argv : trimprefix(word, "-") if i == 1 && matches("^-[0-9A-Z]", word)],
      [for word in argv : trimprefix(word, "--signal=") if startswith(word, "--signal=")],
      [for word in argv : substr(word, 2, 100) if matches("^-[sn].", word)],
      [for i, word in argv : word if i > 1 && contains(["-s", "-n", "--signal"], argv[max(i - 1, 0)])],
    )
    all  = [for i, word in argv : word if i > 1 && matches("^-0*1$", word)]
    init = [for i, word in argv : word if i > 0 && matches("^[+]?0*1$", word) && !contains(["-s", "-n", "--signal"], argv[max(i - 1, 0)])]
  }
  confirm {
    type = host.name
    show = false
    hint = "the name of this host"
  }
}

policy "stop-process" {
  summary    = "signal ${join(" ", arg.processes)}"
  applies_to = [command.kill]
  when       = (length(local.said) == 0 || length(setsubtract(local.said, local.gentle_signals)) > 0) && !(length(argv) > 1 ? contains(local.signal_lists, argv[1]) : false)
  locals {
    said = concat( # every signal on the line: the last one is sent
      [for i, word in argv : trimprefix(word, "-") if i == 1 && matches("^-[0-9A-Z]", word)],
      [for word in argv : trimprefix(word, "--signal=") if startswith(word, "--signal=")],
      [for word in argv : substr(word, 2, 100) if matches("^-[sn].", word)],
      [for i, word in argv : word if i > 1 && contains(["-s", "-n", "--signal"], argv[max(i - 1, 0)])],
    )
  }
  confirm { type = host.name }
}

locals {
  # A pattern that matches each of these is taken for one that matches all.
  usual_names = ["agetty", "bash", "containerd", "cron", "dbus-daemon", "init", "kthreadd", "nginx", "postgres", "sshd", "systemd", "udevd"]
  usual_lines = ["/sbin/init", "/usr/sbin/cron -f", "/usr/lib/systemd/systemd-journald", "sshd: /usr/sbin/sshd -D", "/usr/bin/dbus-daemon --system", "nginx: master process /usr/sbin/nginx", "/usr/lib/postgresql/15/bin/postgres -D /var/lib/postgresql/15/main"]
}

# No pattern, an empty one or one that matches everything: also a gentle signal
# ends what does not expect it.
policy "signal-all" {
  summary    = "signal all ${length(probe.all)} processes of this host, or all of a kind"
  applies_to = [command.pkill]
  when = length([for i, word in argv : word if i == 1 && contains(["-V", "-h"], word)]) == 0 && (
    arg.inverse || length(arg.names) == 0 && arg.pidfile == null || length([for pattern in arg.names : pattern if matches(pattern, arg.full ? local.usual_lines : local.usual_names)]) > 0
  )

  probe "exec" "all" {
    argv   = ["ps", "-A", "-o", "pid="]
    decode = "lines"
  }
  confirm {
    type = host.name
    show = false
    hint = "the name of this host: all its processes, or all of a kind, are signalled"
  }
}

policy "signal-all-names" {
  summary    = "signal all ${length(probe.all)} processes of this host, or all of a kind"
  applies_to = [command.killall]
  when = length([for i, word in argv : word if i == 1 && contains(["-l", "-L", "-V"], word)]) == 0 && (
    length(arg.names) == 0 || contains(arg.names, "") || arg.regexp && length([for pattern in arg.names : pattern if matches(pattern, local.usual_names)]) > 0
  )

  probe "exec" "all" {
    argv   = ["ps", "-A", "-o", "pid="]
    decode = "lines"
  }
  confirm {
    type = host.name
    show = false
    hint = "the name of this host: all its processes, or all of a kind, are signalled"
  }
}

policy "signal-everybody" {
  summary    = "signal all ${length(probe.all)} processes of this host"
  applies_to = [command.kill-all]

  probe "exec" "all" {
    argv   = ["ps", "-A", "-o", "pid="]
    decode = "lines"
  }
  confirm {
    type = host.name
    show = false
    hint = "the name of this host: all its processes are signalled"
  }
}

policy "stop-by-name" {
  summary    = "signal what is called ${join(" ", arg.names)}"
  applies_to = [command.killall, command.pkill, command.skill]
  when       = (length(local.said) == 0 || length(setsubtract(local.said, local.gentle_signals)) > 0) && !(length(argv) > 1 ? contains(setsubtract(local.signal_lists, ["-t", "-L"]), argv[1]) : false)
  locals {
    said = concat([for i, word in argv : trimprefix(word, "-") if i == 1 && matches("^-[0-9A-Z]", word) && !contains(["-L", "-V", "-Z"], word)], arg.signal == null ? [] : [arg.signal])
  }
  confirm { type = host.name }
}
