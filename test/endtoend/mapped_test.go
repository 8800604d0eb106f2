package endtoend

import (
	"errors"

	"github.com/aws/aws-lambda-go/lambda"
)

// failingMapped takes the place of the function behind the API without proxy
// integration, and fails as it does if it cannot greet anybody.
var failingMapped = lambda.NewHandler(func() error {
	return errors.New("InternalError: the greeter is out of order")
})
