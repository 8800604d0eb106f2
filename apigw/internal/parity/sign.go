package parity

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	signer "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"example.com/apigw/internal/dev"
	"example.com/apigw/internal/rules"
)

// Signer signs requests, for methods with IAM authorization.
type Signer struct {
	Credentials aws.Credentials
	// Region is that of the API; empty is what its host name says.
	Region string
	now    func() time.Time // nil is the clock
}

// sign signs a request, whose header is complete.
func (s *Signer) sign(ctx context.Context, r *http.Request, body []byte) error {
	region := cmp.Or(s.Region, regionOf(r.URL))
	if region == "" {
		return fmt.Errorf("nothing says the region of %s, which a signature needs: pass --region", r.URL.Hostname())
	}
	sum := sha256.Sum256(body)
	now := time.Now
	if s.now != nil {
		now = s.now
	}
	return signer.NewSigner().SignHTTP(ctx, s.Credentials, r, hex.EncodeToString(sum[:]), "execute-api", region, now())
}

// regionOf returns the region in the host name of an API; empty if it has none.
func regionOf(u *url.URL) string {
	if m := executeAPI.FindStringSubmatch(strings.ToLower(u.Hostname())); m != nil {
		return m[1]
	}
	return ""
}

// localSigner signs for the service on this machine.
func localSigner() *Signer {
	all := dev.Credentials()
	local := all[len(all)-1]
	return &Signer{
		Credentials: aws.Credentials{AccessKeyID: local.AccessKeyID, SecretAccessKey: local.SecretAccessKey}, Region: "us-east-1",
	}
}

// FindCredentials returns those of the environment, or of a profile in the files of the
// AWS CLI. A profile that is named wins.
func FindCredentials(profile string, getenv func(string) string) (aws.Credentials, error) {
	if profile == "" {
		if id, secret := getenv("AWS_ACCESS_KEY_ID"), getenv("AWS_SECRET_ACCESS_KEY"); id != "" && secret != "" {
			return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: getenv("AWS_SESSION_TOKEN")}, nil
		}
	}
	profile = cmp.Or(profile, getenv("AWS_PROFILE"), "default")
	home, _ := os.UserHomeDir()
	files := []struct{ name, section string }{
		{cmp.Or(getenv("AWS_SHARED_CREDENTIALS_FILE"), filepath.Join(home, ".aws", "credentials")), profile},
		{cmp.Or(getenv("AWS_CONFIG_FILE"), filepath.Join(home, ".aws", "config")), "profile " + profile},
	}
	if profile == "default" {
		files = append(files, struct{ name, section string }{files[1].name, profile})
	}
	for _, file := range files {
		values, err := section(file.name, file.section)
		if err != nil {
			return aws.Credentials{}, err
		}
		if id, secret := values["aws_access_key_id"], values["aws_secret_access_key"]; id != "" && secret != "" {
			return aws.Credentials{AccessKeyID: id, SecretAccessKey: secret, SessionToken: values["aws_session_token"]}, nil
		}
	}
	return aws.Credentials{}, fmt.Errorf("--sign finds no access key in the environment, nor in the profile %q: run eval \"$(aws configure export-credentials --profile %s --format env)\", which also works with SSO and roles",
		rules.Printable(profile), rules.Printable(profile))
}

// section reads the values of a section of a file of the AWS CLI. A missing file has
// none.
func section(file, name string) (map[string]string, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	values := map[string]string{}
	lines := bufio.NewScanner(f)
	for in := false; lines.Scan(); {
		line := strings.TrimSpace(lines.Text())
		if header, ok := strings.CutPrefix(line, "["); ok {
			header, _, _ = strings.Cut(header, "]")
			in = strings.Join(strings.Fields(header), " ") == name
			continue
		}
		if key, value, ok := strings.Cut(line, "="); ok && in && !strings.HasPrefix(line, "#") && !strings.HasPrefix(line, ";") {
			values[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
	return values, lines.Err()
}
