package postgres

import (
	"crypto/hmac"
	"crypto/pbkdf2"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgproto3"
)

const scramMechanism = "SCRAM-SHA-256"

// scramRounds bounds the work that a server may ask for.
const scramRounds = 1_000_000

var errScram = errors.New("the server's part of the password exchange is wrong")

// scram proves the password without sending it (RFC 5802, RFC 7677), and that
// the server knows it too. Passwords beyond ASCII are used as they are.
func (s *session) scram(password string) error {
	nonce := rand.Text()
	first := "n=,r=" + nonce
	s.front.Send(&pgproto3.SASLInitialResponse{AuthMechanism: scramMechanism, Data: []byte("n,," + first)})
	challenge, err := s.scramAnswer()
	if err != nil {
		return err
	}
	proof, signature, err := scramProof(password, nonce, first, challenge)
	if err != nil {
		return err
	}
	s.front.Send(&pgproto3.SASLResponse{Data: []byte(proof)})
	final, err := s.scramAnswer()
	if err != nil {
		return err
	}
	if !hmac.Equal([]byte(final), []byte("v="+signature)) {
		return errScram
	}
	return nil
}

// scramAnswer sends what is pending and reads the server's next step.
func (s *session) scramAnswer() (string, error) {
	if err := s.front.Flush(); err != nil {
		return "", err
	}
	message, err := s.front.Receive()
	if err != nil {
		return "", err
	}
	switch message := message.(type) {
	case *pgproto3.AuthenticationSASLContinue:
		return string(message.Data), nil
	case *pgproto3.AuthenticationSASLFinal:
		return string(message.Data), nil
	case *pgproto3.ErrorResponse:
		return "", asServerError(message)
	default:
		return "", errScram
	}
}

// scramProof makes the client's last message, and the signature that the
// server must answer with.
func scramProof(password, nonce, first, challenge string) (proof, signature string, err error) {
	parts := map[string]string{}
	for part := range strings.SplitSeq(challenge, ",") {
		if name, value, ok := strings.Cut(part, "="); ok {
			parts[name] = value
		}
	}
	salt, saltErr := base64.StdEncoding.DecodeString(parts["s"])
	rounds, roundsErr := strconv.Atoi(parts["i"])
	if saltErr != nil || roundsErr != nil || rounds < 1 || rounds > scramRounds || !strings.HasPrefix(parts["r"], nonce) {
		return "", "", errScram
	}
	salted, err := pbkdf2.Key(sha256.New, password, salt, rounds, sha256.Size)
	if err != nil {
		return "", "", errScram
	}
	final := "c=biws,r=" + parts["r"]
	all := first + "," + challenge + "," + final
	clientKey := mac(salted, "Client Key")
	stored := sha256.Sum256(clientKey)
	proven := mac(stored[:], all)
	for i := range proven {
		proven[i] ^= clientKey[i]
	}
	expected := mac(mac(salted, "Server Key"), all)
	return final + ",p=" + base64.StdEncoding.EncodeToString(proven), base64.StdEncoding.EncodeToString(expected), nil
}

func mac(key []byte, text string) []byte {
	hash := hmac.New(sha256.New, key)
	hash.Write([]byte(text))
	return hash.Sum(nil)
}
