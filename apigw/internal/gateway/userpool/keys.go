package userpool

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
)

// Keys are the public keys that tokens may be signed with. The zero value has none.
type Keys struct {
	// Own is the file of the key of this machine, which stands for all pools of the
	// app. It need not be there: who signs the first token makes it.
	Own   string
	pools map[string]*rsa.PublicKey // of user pools on AWS
}

// keyBits is the size of the keys that user pools have, too.
const keyBits = 2048

// find returns the key with an id. own means that it is the one of this machine.
func (k Keys) find(id string) (key *rsa.PublicKey, own bool) {
	if key := k.pools[id]; key != nil {
		return key, false
	}
	if k.Own == "" {
		return nil, false
	}
	content, err := os.ReadFile(k.Own)
	if err != nil {
		return nil, false
	}
	mine, err := parseKey(k.Own, content)
	if err != nil || keyID(&mine.PublicKey) != id {
		return nil, false
	}
	return &mine.PublicKey, true
}

// ReadJWKS adds the keys of a file in the format of a user pool's
// /.well-known/jwks.json, so that its tokens are let in.
func (k *Keys) ReadJWKS(file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var set struct {
		Keys []struct{ Kid, Kty, N, E string }
	}
	if err := json.Unmarshal(content, &set); err != nil {
		return fmt.Errorf(`%s: expected {"keys": [{"kid": …, "kty": "RSA", "n": …, "e": …}]}, as a user pool has it at /.well-known/jwks.json: %w`, file, err)
	}
	if len(set.Keys) == 0 {
		return fmt.Errorf("%s has no keys: save what a user pool has at /.well-known/jwks.json", file)
	}
	if k.pools == nil {
		k.pools = map[string]*rsa.PublicKey{}
	}
	for _, key := range set.Keys {
		n, e := base64.RawURLEncoding.DecodeString, base64.RawURLEncoding.DecodeString
		modulus, err1 := n(key.N)
		exponent, err2 := e(key.E)
		if err := errors.Join(err1, err2); err != nil || key.Kty != "RSA" || key.Kid == "" || len(modulus) < keyBits/16 || len(exponent) == 0 || len(exponent) > 4 {
			return fmt.Errorf("%s: the key %q is not an RSA key with kid, n and e", file, key.Kid)
		}
		k.pools[key.Kid] = &rsa.PublicKey{N: new(big.Int).SetBytes(modulus), E: int(new(big.Int).SetBytes(exponent).Int64())}
	}
	return nil
}

// keyID names a key by itself.
func keyID(key *rsa.PublicKey) string {
	sum := sha256.Sum256(x509.MarshalPKCS1PublicKey(key))
	return hex.EncodeToString(sum[:8])
}

// OwnKey returns the key in a file, and makes one if there is no such file. Only the
// user can read it.
func OwnKey(file string) (*rsa.PrivateKey, error) {
	content, err := os.ReadFile(file)
	if errors.Is(err, os.ErrNotExist) {
		return makeKey(file)
	}
	if err != nil {
		return nil, err
	}
	return parseKey(file, content)
}

func parseKey(file string, content []byte) (*rsa.PrivateKey, error) {
	block, _ := pem.Decode(content)
	if block == nil {
		return nil, fmt.Errorf("%s is not a key: delete it, and the next token makes another", file)
	}
	key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
	if err != nil {
		return nil, fmt.Errorf("%s is not a key: delete it, and the next token makes another: %w", file, err)
	}
	return key, nil
}

// makeKey writes a new key. If another process does so at the same time, the key is
// that of the first.
func makeKey(file string) (*rsa.PrivateKey, error) {
	key, err := rsa.GenerateKey(rand.Reader, keyBits)
	if err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
		return nil, err
	}
	fresh, err := os.CreateTemp(filepath.Dir(file), ".key-*") // readable by the user only
	if err != nil {
		return nil, err
	}
	defer os.Remove(fresh.Name())
	err = pem.Encode(fresh, &pem.Block{Type: "RSA PRIVATE KEY", Bytes: x509.MarshalPKCS1PrivateKey(key)})
	if err := errors.Join(err, fresh.Close()); err != nil {
		return nil, err
	}
	if err := os.Link(fresh.Name(), file); errors.Is(err, os.ErrExist) {
		return OwnKey(file)
	} else if err != nil {
		return key, os.Rename(fresh.Name(), file) // a file system without links
	}
	return key, nil
}
