package policy

// The parts below are not filled in yet; a nil Set and a zero decision refuse.
import "blastguard/guard"

type Set struct{}
type Settings struct {
	Unmatched guard.Effect
	Audit     string
}

func Load(files []guard.PolicyFile, o Options) (*Set, Diagnostics) { return nil, nil }
func (s *Set) Decide(request guard.Request, ops []guard.Operation, facts guard.Facts) ([]guard.Ask, guard.Decision) {
	return nil, guard.Decision{}
}
func (s *Set) Governs(op guard.Operation) bool                                            { return false }
func (s *Set) Programs() []string                                                         { return nil }
func (s *Set) Test(run func(text string, r guard.Request) []guard.Operation) []TestResult { return nil }
func LoadSettings(file guard.PolicyFile) (Settings, Diagnostics)                          { return Settings{}, nil }
func (s *Set) WithSettings(settings Settings) *Set                                        { return s }
func (s *Set) Describe() []PolicyDoc                                                      { return nil }
