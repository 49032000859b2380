package postgres

import (
	"crypto/md5"
	"encoding/hex"
	"errors"
	"slices"

	"github.com/jackc/pgx/v5/pgproto3"
)

var errNoPassword = errors.New("the server asks for a password, and guard has none")

// authenticate answers what the server asks during the login. Messages that ask
// nothing are passed over.
func (s *session) authenticate(message pgproto3.BackendMessage, as startup) error {
	switch message := message.(type) {
	case *pgproto3.AuthenticationOk, *pgproto3.BackendKeyData, *pgproto3.NoticeResponse, *pgproto3.NegotiateProtocolVersion:
		return nil
	case *pgproto3.AuthenticationCleartextPassword:
		if !as.private {
			return errors.New("the server asks for the password in clear on a line that others can read")
		}
		return s.sendPassword(as.password, as.password)
	case *pgproto3.AuthenticationMD5Password:
		return s.sendPassword(as.password, hashMD5(as.user, as.password, message.Salt))
	case *pgproto3.AuthenticationSASL:
		if !slices.Contains(message.AuthMechanisms, scramMechanism) {
			return errors.New("the server asks for an authentication that guard does not know")
		}
		if as.password == "" {
			return errNoPassword
		}
		return s.scram(as.password)
	default:
		return errors.New("the server asks for an authentication that guard does not know")
	}
}

func (s *session) sendPassword(password, sent string) error {
	if password == "" {
		return errNoPassword
	}
	s.front.Send(&pgproto3.PasswordMessage{Password: sent})
	return s.front.Flush()
}

// hashMD5 is PostgreSQL's old password exchange, which servers still ask for.
func hashMD5(user, password string, salt [4]byte) string {
	inner := md5.Sum([]byte(password + user))
	outer := md5.Sum(append([]byte(hex.EncodeToString(inner[:])), salt[:]...))
	return "md5" + hex.EncodeToString(outer[:])
}
