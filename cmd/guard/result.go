package main

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"blastguard/guard"
)

// result is where --result writes, opened before anything runs so that a wrong
// path is known in time.
type result struct {
	to io.WriteCloser
}

// outcomeLine is the one line that --result writes.
type outcomeLine struct {
	Entry    int64         `json:"entry"`    // of the audit log; 0 when nothing was recorded
	Decision guard.Effect  `json:"decision"` // deny, confirm, warn, allow
	Ran      bool          `json:"ran"`
	Status   int           `json:"status"`           // guard's exit status
	Signal   int           `json:"signal,omitempty"` // that ended the command
	Why      string        `json:"why,omitempty"`    // nothing ran
	Checks   []guard.Check `json:"checks"`
}

func openResult(w world, path string) (result, error) {
	if path == "" {
		return result{}, nil
	}
	if number, ok := strings.CutPrefix(path, "fd:"); ok {
		fd, err := strconv.Atoi(number)
		if err != nil || fd < 3 {
			return result{}, fmt.Errorf("--result %q: want fd:N with N of at least 3", path)
		}
		return result{os.NewFile(uintptr(fd), path)}, nil
	}
	file, err := os.OpenFile(w.absolute(path), os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return result{}, fmt.Errorf("--result: %w", err)
	}
	return result{file}, nil
}

func (r result) write(report guard.Report) error {
	if r.to == nil {
		return nil
	}
	defer r.to.Close()
	status, signal := report.Ended()
	line := outcomeLine{
		Entry: report.Entry, Decision: report.Decision.Effect, Status: status, Signal: int(signal),
		Ran: report.Outcome != nil && report.Outcome.Started, Why: report.Why, Checks: report.Decision.Checks,
	}
	masked, err := maskJSON(line, secretsOf(report))
	if err != nil {
		return err
	}
	return json.NewEncoder(r.to).Encode(masked)
}
