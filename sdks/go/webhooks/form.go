package webhooks

import (
	"bytes"
	"sort"
	"unicode/utf8"
)

type parameter struct{ name, value string }

// parameters reads a form body as the URL standard does: it never fails, whatever the bytes are.
func parameters(body []byte) []parameter {
	var found []parameter
	for _, pair := range bytes.Split(body, []byte("&")) {
		if len(pair) == 0 {
			continue
		}
		name, value, _ := bytes.Cut(pair, []byte("="))
		found = append(found, parameter{decodeComponent(name), decodeComponent(value)})
	}
	return found
}

// sortedForm joins name and value of every parameter, sorted by name (then value), with nothing between them.
func sortedForm(body []byte) []byte {
	found := parameters(body)
	sort.Slice(found, func(a, b int) bool {
		if found[a].name != found[b].name {
			return found[a].name < found[b].name
		}
		return found[a].value < found[b].value
	})
	var joined []byte
	for _, parameter := range found {
		joined = append(append(joined, parameter.name...), parameter.value...)
	}
	return joined
}

// flatForm is the form as a map; the last of several parameters of one name wins. Nil for what is not UTF-8.
func flatForm(body []byte) map[string]string {
	flat := map[string]string{}
	for _, parameter := range parameters(body) {
		if !utf8.ValidString(parameter.name) || !utf8.ValidString(parameter.value) {
			return nil
		}
		flat[parameter.name] = parameter.value
	}
	return flat
}

func decodeComponent(text []byte) string {
	decoded := make([]byte, 0, len(text))
	for at := 0; at < len(text); at++ {
		switch {
		case text[at] == '+':
			decoded = append(decoded, ' ')
		case text[at] == '%' && at+2 < len(text) && isHex(text[at+1]) && isHex(text[at+2]):
			decoded = append(decoded, digit(text[at+1])<<4|digit(text[at+2]))
			at += 2
		default:
			decoded = append(decoded, text[at])
		}
	}
	return string(decoded)
}

func isHex(byte byte) bool {
	return byte >= '0' && byte <= '9' || byte|0x20 >= 'a' && byte|0x20 <= 'f'
}

func digit(byte byte) byte {
	if byte <= '9' {
		return byte - '0'
	}
	return byte | 0x20 - 'a' + 10
}
