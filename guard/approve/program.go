package approve

import (
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"blastguard/guard"
)

// askPanel asks with the panel. The terminal is in raw mode, and put back by
// the caller.
func (a *Approver) askPanel(ctx context.Context, terminal *terminal, stop *signals, talk *dialogue) guard.Answer {
	width, height := terminal.size()
	p := &panel{talk: talk, width: width, height: height, style: a.env.style(width), now: a.config.Now}
	in := &hangUp{File: terminal.file, gone: make(chan struct{})}
	program := tea.NewProgram(p,
		tea.WithInput(in), tea.WithOutput(quietTerminal{terminal.file}),
		// Without its own environment bubbletea asks "tmux info" for colours.
		tea.WithEnvironment([]string{"TERM=" + a.env.get("TERM")}), tea.WithColorProfile(colorprofile.ANSI),
		tea.WithoutSignalHandler(),
	)
	over := make(chan struct{})
	go relay(ctx, program, stop, in, over)
	_, err := program.Run()
	close(over)
	if err != nil {
		talk.finish(no("declined", fmt.Sprintf("show the question: %v", err)))
	}
	talk.finish(no("declined", "the question ended without an answer"))
	talk.answer.Shown = shown(talk, p.width, p.height)
	return talk.answer
}

// finishMsg ends the question from outside.
type finishMsg guard.Answer

// relay hands the panel what ends it from outside.
func relay(ctx context.Context, program *tea.Program, stop *signals, in *hangUp, over <-chan struct{}) {
	for {
		select {
		case <-over:
			return
		case <-ctx.Done():
			program.Send(finishMsg(no("interrupted", "stopped: "+ctx.Err().Error())))
			return
		case <-in.gone:
			program.Send(finishMsg(no("end of input", "the terminal hung up")))
			return
		case arrived := <-stop.arrived:
			if answer := ended(arrived); answer != nil {
				program.Send(finishMsg(*answer))
				return
			}
		}
	}
}

// hangUp is a terminal that says when it has gone: bubbletea would wait on.
type hangUp struct {
	*os.File
	gone   chan struct{}
	closed bool
}

// Read is called by one goroutine.
func (h *hangUp) Read(keys []byte) (int, error) {
	n, err := h.File.Read(keys)
	if err != nil && !h.closed {
		h.closed = true
		close(h.gone)
	}
	return n, err
}

// shown is the text of every panel that was asked, without what was typed.
func shown(talk *dialogue, width, height int) string {
	var all []string
	for i := range talk.index + 1 {
		asked := &dialogue{question: talk.question, index: i}
		asked.deadline = asked.now.Add(deadlineOf(asked.confirmation()))
		all = append(all, screen(asked, width, height).dress(Style{}))
	}
	return strings.Join(all, "\n")
}

// panel is the dialogue as bubbletea runs it.
type panel struct {
	talk          *dialogue
	width, height int
	style         Style
	now           func() time.Time
}

// beat is how often the countdown looks at the clock.
const beat = 200 * time.Millisecond

type beatMsg struct{}

func nextBeat() tea.Cmd { return tea.Tick(beat, func(time.Time) tea.Msg { return beatMsg{} }) }

// Init starts the countdown.
func (p *panel) Init() tea.Cmd { return nextBeat() }

// Update hands keys and time to the dialogue.
func (p *panel) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	var next tea.Cmd
	switch msg := msg.(type) {
	case beatMsg:
		p.talk.tick(p.now())
		next = nextBeat()
	case tea.WindowSizeMsg:
		next = p.resize(msg.Width, msg.Height)
	case tea.PasteMsg:
		p.talk.press(key{kind: pasteKey}, p.now())
	case tea.KeyPressMsg:
		p.talk.press(pressed(msg), p.now())
	case finishMsg:
		p.talk.finish(guard.Answer(msg))
	}
	if p.talk.done {
		return p, tea.Quit
	}
	return p, next
}

// resize draws anew: a terminal that has wrapped the old panel shows its ruins.
func (p *panel) resize(width, height int) tea.Cmd {
	if width == p.width && height == p.height || width < 1 || height < 1 {
		return nil
	}
	p.width, p.height = width, height
	return tea.ClearScreen
}

// View is the panel, with the terminal's cursor where the next key goes. The
// last one ends with an empty line: bubbletea wipes the line it leaves off in.
func (p *panel) View() tea.View {
	if p.talk.done {
		return tea.NewView(screen(p.talk, p.width, p.height-1).dress(p.style) + "\n")
	}
	f := screen(p.talk, p.width, p.height)
	view := tea.NewView(f.dress(p.style))
	if f.cursorY >= 0 {
		view.Cursor = tea.NewCursor(f.cursorX, f.cursorY)
	}
	return view
}

// pressed is a key of bubbletea as a key of the dialogue.
func pressed(msg tea.KeyPressMsg) key {
	pressed := msg.Key()
	if pressed.Text != "" && pressed.Mod&^tea.ModShift == 0 {
		return key{kind: typedKey, text: pressed.Text}
	}
	switch msg.String() {
	case "enter", "ctrl+j", "ctrl+m":
		return key{kind: enterKey}
	case "backspace", "ctrl+h":
		return key{kind: backspaceKey}
	case "ctrl+u":
		return key{kind: killLineKey}
	case "ctrl+w":
		return key{kind: killWordKey}
	case "left":
		return key{kind: leftKey}
	case "right":
		return key{kind: rightKey}
	case "home", "ctrl+a":
		return key{kind: homeKey}
	case "end", "ctrl+e":
		return key{kind: endKey}
	case "esc", "ctrl+[":
		return key{kind: escapeKey}
	case "ctrl+d":
		return key{kind: endOfInputKey}
	case "ctrl+c", "ctrl+\\":
		return key{kind: interruptKey}
	case "ctrl+z":
		return key{kind: suspendKey}
	default:
		return key{}
	}
}
