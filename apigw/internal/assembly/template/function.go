package template

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/netip"
	"strconv"
	"strings"
)

func (s *Stack) join(arg any, at place) (any, error) {
	args, err := arguments(arg, 2, 2, `{"Fn::Join": ["delimiter", [values]]}`, at)
	if err != nil {
		return nil, err
	}
	delimiter, err := s.text(args[0], at.in("0"))
	if err != nil {
		return nil, err
	}
	values, err := s.list(args[1], at.in("1"))
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(values))
	size := 0
	for i, v := range values {
		if texts[i], err = scalar(v, at.in("1").in(strconv.Itoa(i))); err != nil {
			return nil, err
		}
		size += len(texts[i]) + len(delimiter)
		if size > maxText {
			return nil, tooLong(at)
		}
	}
	return strings.Join(texts, delimiter), nil
}

func tooLong(at place) error {
	return at.errorf("the text becomes longer than %d bytes, more than CloudFormation takes", maxText)
}

func (s *Stack) split(arg any, at place) (any, error) {
	args, err := arguments(arg, 2, 2, `{"Fn::Split": ["delimiter", "text"]}`, at)
	if err != nil {
		return nil, err
	}
	delimiter, err := s.text(args[0], at.in("0"))
	if err != nil {
		return nil, err
	}
	if delimiter == "" {
		return nil, at.in("0").errorf("the delimiter must not be empty")
	}
	text, err := s.text(args[1], at.in("1"))
	if err != nil {
		return nil, err
	}
	var list []any
	for _, part := range strings.Split(text, delimiter) {
		list = append(list, part)
	}
	return list, nil
}

// pick resolves Fn::Select.
func (s *Stack) pick(arg any, at place) (any, error) {
	args, err := arguments(arg, 2, 2, `{"Fn::Select": [index, [values]]}`, at)
	if err != nil {
		return nil, err
	}
	index, err := s.number(args[0], at.in("0"))
	if err != nil {
		return nil, err
	}
	values, err := s.list(args[1], at.in("1"))
	if err != nil {
		return nil, err
	}
	if index < 0 || index >= len(values) {
		if text, ok := s.app.standIn(values); ok && index >= 0 {
			return text, nil
		}
		return nil, at.errorf("there is no value %d: the list has %d, counted from 0", index, len(values))
	}
	return values[index], nil
}

// number resolves an integer, which may be written as a text.
func (s *Stack) number(v any, at place) (int, error) {
	text, err := s.text(v, at)
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		return 0, at.errorf("%q is not an integer", text)
	}
	return n, nil
}

func (s *Stack) findInMap(arg any, at place) (any, error) {
	args, err := arguments(arg, 3, 4, `{"Fn::FindInMap": ["map", "top key", "second key", {"DefaultValue": value}]}`, at)
	if err != nil {
		return nil, err
	}
	var keys [3]string
	for i := range keys {
		if keys[i], err = s.text(args[i], at.in(strconv.Itoa(i))); err != nil {
			return nil, err
		}
	}
	top, _ := s.doc.Mappings[keys[0]].(map[string]any)
	second, _ := top[keys[1]].(map[string]any)
	if value, ok := second[keys[2]]; ok {
		return value, nil // a mapping holds no functions
	}
	if len(args) == 4 {
		if options, ok := args[3].(map[string]any); ok {
			if value, ok := options["DefaultValue"]; ok {
				return s.resolve(value, at.in("3").in("DefaultValue"))
			}
		}
	}
	return nil, at.errorf("Mappings has no %s.%s.%s: add it, or give a DefaultValue", keys[0], keys[1], keys[2])
}

func (s *Stack) base64(arg any, at place) (any, error) {
	text, err := s.text(arg, at)
	if err != nil {
		return nil, err
	}
	if len(text) > maxText {
		return nil, tooLong(at)
	}
	return base64.StdEncoding.EncodeToString([]byte(text)), nil
}

// zones resolves Fn::GetAZs to three zones, as most regions have.
func (s *Stack) zones(arg any, at place) (any, error) {
	region, err := s.text(arg, at)
	if err != nil {
		return nil, err
	}
	if region == "" {
		region = s.Region
	}
	return []any{region + "a", region + "b", region + "c"}, nil
}

func (s *Stack) length(arg any, at place) (any, error) {
	list, err := s.list(arg, at)
	if err != nil {
		return nil, err
	}
	return json.Number(strconv.Itoa(len(list))), nil
}

func (s *Stack) toJSON(arg any, at place) (any, error) {
	value, err := s.resolve(arg, at)
	if err != nil {
		return nil, err
	}
	switch value.(type) {
	case []any, map[string]any:
	default:
		return nil, at.errorf("an object or a list is needed here, but there is %s", kind(value))
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, at.errorf("write it as JSON: %w", err)
	}
	if b.Len() > maxText {
		return nil, tooLong(at)
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// maxSubnets is how many subnets Fn::Cidr makes at most.
const maxSubnets = 256

// cidr resolves Fn::Cidr for IPv4 to a number of subnets, each with so many bits for
// its hosts.
func (s *Stack) cidr(arg any, at place) (any, error) {
	args, err := arguments(arg, 3, 3, `{"Fn::Cidr": ["block", count, bits of a host]}`, at)
	if err != nil {
		return nil, err
	}
	block, err := s.text(args[0], at.in("0"))
	if err != nil {
		return nil, err
	}
	count, err := s.number(args[1], at.in("1"))
	if err != nil {
		return nil, err
	}
	bits, err := s.number(args[2], at.in("2"))
	if err != nil {
		return nil, err
	}
	prefix, err := netip.ParsePrefix(block)
	if err != nil || !prefix.Addr().Is4() {
		return nil, at.in("0").errorf("%q is not a block of IPv4 addresses, such as 10.0.0.0/16; other kinds are not done here", block)
	}
	if count < 1 || count > maxSubnets || bits < 1 || bits > 32 {
		return nil, at.errorf("the count must be 1 to %d and the bits 1 to 32", maxSubnets)
	}
	if uint64(count)<<bits > uint64(1)<<(32-prefix.Bits()) {
		return nil, at.errorf("%s has no room for %d subnets with %d bits for hosts", block, count, bits)
	}
	four := prefix.Masked().Addr().As4()
	first := uint64(four[0])<<24 | uint64(four[1])<<16 | uint64(four[2])<<8 | uint64(four[3])
	var subnets []any
	for i := range count {
		n := first + uint64(i)<<bits
		address := netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
		subnets = append(subnets, netip.PrefixFrom(address, 32-bits).String())
	}
	return subnets, nil
}
