# Programs that must not be stopped half-way. They are decided before they start, by
# whatever governs them. What they run inside of a playbook is not asked about, and
# refused only where it is measured to be wrong. See docs/playbooks.md.
#
# A program of your own: a command block with "transaction" in a file in
# /etc/guard/policies. It needs no policy.

command "packages" {
  program = [
    "apt", "apt-get", "aptitude", "dpkg", "dpkg-reconfigure", "unattended-upgrade", "unattended-upgrades", "do-release-upgrade", "tasksel", "debootstrap",
    "rpm", "dnf", "dnf5", "microdnf", "yum", "tdnf", "zypper", "transactional-update", "rpm-ostree", "pacman", "makepkg", "apk", "xbps-install", "xbps-remove",
    "emerge", "nix-env", "nixos-rebuild", "guix", "opkg", "snap", "flatpak", "fwupdmgr", "pkg", "brew", "port",
  ]
  transaction = true
}

# What package managers start at their end, and people by hand.
command "boot-files" {
  program     = ["update-initramfs", "mkinitramfs", "dracut", "mkinitcpio", "kernel-install", "update-grub", "grub-install", "grub-mkconfig", "grub2-install", "grub2-mkconfig", "dkms", "depmod", "ldconfig"]
  transaction = true
}

command "language-packages" {
  program     = ["pip", "pip3", "pipx", "gem", "conda", "mamba", "cpan", "cpanm", "pecl", "luarocks"]
  transaction = true
}

command "node-packages" { # not "run": that runs scripts of the project
  program     = ["npm", "yarn", "pnpm"]
  transaction = ["add", "ci", "dedupe", "i", "install", "prune", "remove", "rm", "un", "uninstall", "up", "update", "upgrade"]
  flag "prefix" { short = "C" }
  flag "cwd" {}
  flag "dir" {}
}

command "git-work" {
  program     = "git"
  transaction = ["am", "cherry-pick", "merge", "pull", "revert"]
  flag "config" {
    short = "c"
    type  = list(string)
    long  = ["config-env"]
  }
  flag "directory" {
    short = "C"
    type  = list(string)
    long  = ["git-dir", "work-tree", "namespace", "exec-path"]
  }
}

command "git-rebase" {
  program     = "git"
  transaction = ["rebase"]
  flag "exec" { # is run between the commits
    short = "x"
    type  = list(string)
    code  = "shell"
  }
  flag "config" {
    short = "c"
    type  = list(string)
    long  = ["config-env"]
  }
  flag "directory" {
    short = "C"
    type  = list(string)
    long  = ["git-dir", "work-tree", "namespace", "exec-path"]
  }
}

command "database-upgrade" {
  program = [
    "pg_upgrade", "pg_upgradecluster", "mysql_upgrade", "mariadb-upgrade", "mysql_install_db", "mariadb-install-db",
    "slapadd",
  ]
  transaction = true
}
