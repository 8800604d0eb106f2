package mapping

import (
	"errors"

	"example.com/apigw/internal/java"
	"example.com/apigw/internal/mapping/jsonsmart"
)

// errMockStatus is why a MOCK integration responds with 500.
var errMockStatus = errors.New("the request template of a MOCK integration must make a JSON object with an integer statusCode")

// MockStatus reads the statusCode that a MOCK integration's request template
// rendered. The text is JSON of the permissive kind; the number, which may be
// any integer, selects the integration response. The error is errMockStatus.
func MockStatus(rendered string) (int, error) {
	v, err := jsonsmart.Parse(rendered)
	if err != nil {
		return 0, errMockStatus
	}
	if m, ok := v.(*java.Map); ok {
		if status, _ := m.GetString("statusCode"); status != nil {
			if n, ok := status.(int32); ok {
				return int(n), nil
			}
		}
	}
	return 0, errMockStatus
}
