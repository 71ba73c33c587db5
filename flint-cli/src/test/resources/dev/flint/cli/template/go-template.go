// Fills in templates by Go's text/template, with the functions of docker that Flint has too.
// In: a line of JSON, the data; then a template a line, as a JSON string.
// Out: for each a JSON string with the text, or null if Go fails.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"text/template"
)

func plain(value interface{}) interface{} {
	switch v := value.(type) {
	case json.Number:
		if whole, err := v.Int64(); err == nil {
			return int(whole)
		}
		float, _ := v.Float64()
		return float
	case []interface{}:
		for i := range v {
			v[i] = plain(v[i])
		}
	case map[string]interface{}:
		for k := range v {
			v[k] = plain(v[k])
		}
	}
	return value
}

var functions = template.FuncMap{
	"json":  func(v interface{}) string { b, _ := json.Marshal(v); return string(b) },
	"split": func(s, by string) []interface{} {
		var parts []interface{}
		for _, part := range strings.Split(s, by) {
			parts = append(parts, part)
		}
		return parts
	},
	"join": func(list []interface{}, by string) string {
		var parts []string
		for _, each := range list {
			parts = append(parts, fmt.Sprint(each))
		}
		return strings.Join(parts, by)
	},
	"upper": strings.ToUpper,
	"lower": strings.ToLower,
}

func fill(text string, data interface{}) *string {
	t, err := template.New("t").Funcs(functions).Option("missingkey=error").Parse(text)
	if err != nil {
		return nil
	}
	var out bytes.Buffer
	if t.Execute(&out, data) != nil {
		return nil
	}
	filled := out.String()
	return &filled
}

func main() {
	in := bufio.NewScanner(os.Stdin)
	in.Buffer(nil, 1<<20)
	in.Scan()
	decoder := json.NewDecoder(strings.NewReader(in.Text()))
	decoder.UseNumber()
	var data interface{}
	if err := decoder.Decode(&data); err != nil {
		panic(err)
	}
	data = plain(data)
	for in.Scan() {
		var text string
		if err := json.Unmarshal(in.Bytes(), &text); err != nil {
			panic(err)
		}
		answer, _ := json.Marshal(fill(text, data))
		fmt.Println(string(answer))
	}
}
