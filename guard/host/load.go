package host

import (
	"errors"

	"blastguard/guard"
	"blastguard/guard/policy"
	"blastguard/guard/source"
)

// Load reads the files that decide here, and parses what decides ops; without ops,
// everything. After an error the set must not be used. Nothing is parsed where an index
// proves that no policy governs ops.
func (p Places) Load(ops []guard.Operation) (*policy.Set, guard.PolicySet, error) {
	files, info, err := p.Open()
	if err != nil {
		return nil, info, err
	}
	if files.indexed && !files.index.Governs(ops) && !files.index.Mentions(ops) {
		set, _ := policy.Load(nil, files.options)
		return set.WithSettings(files.settings), info, nil
	}
	set, err := files.Decides(ops)
	return set, info, err
}

func (p Places) settings() (policy.Settings, error) {
	if p.Config == "" {
		return policy.DefaultSettings(), nil
	}
	found, problems := source.Read([]source.Place{{File: p.Config, Origin: p.Origin}})
	if len(problems) > 0 {
		return policy.Settings{}, unreadable(problems)
	}
	settings, diagnostics := policy.LoadSettings(found.Files[0])
	if diagnostics.HasErrors() {
		return policy.Settings{}, wrong(diagnostics)
	}
	return settings, nil
}

// SamePolicies compares the files and settings that decided with those that lie
// there now: a person may have been asked for minutes.
func (p Places) SamePolicies(set *policy.Set) func(guard.PolicySet) error {
	return func(decided guard.PolicySet) error {
		found, problems := p.setup.sums()
		if len(problems) > 0 {
			return unreadable(problems)
		}
		now, err := Find(p.setup)
		if err != nil {
			return err
		}
		settings, err := now.settings()
		switch {
		case err != nil:
			return err
		case source.Hash(found.Files) != decided.Hash:
			return errors.New("the policy files are different now")
		case set == nil || settings != set.Settings():
			return errors.New("guard.hcl is different now")
		default:
			return nil
		}
	}
}

// describeSet identifies the files that decide.
func describeSet(found source.Found) guard.PolicySet {
	info := guard.PolicySet{Hash: source.Hash(found.Files), Overlooked: found.Overlooked}
	for _, file := range found.Files {
		switch file.Origin {
		case guard.ShippedFile:
			info.Shipped++
		case guard.HostFile:
			info.Host++
		default:
			info.User++
		}
		if file.Modified.After(info.Newest) {
			info.Newest = file.Modified
		}
	}
	return info
}
