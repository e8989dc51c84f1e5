package locale

import (
	"errors"
	"fmt"

	"go.yaml.in/yaml/v4"
)

// parse reads a catalogue: a flat YAML mapping of keys to words, or to forms
// with words. Its error names every fault with file, line and column.
func parse(name string, b []byte) (map[string]message, error) {
	var root yaml.Node
	if err := yaml.Load(b, &root); err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	node := &root
	if node.Kind == yaml.DocumentNode && len(node.Content) == 1 {
		node = node.Content[0]
	}
	p := parser{name: name}
	messages := make(map[string]message)
	p.pairs(node, func(key, value *yaml.Node) {
		if _, twice := messages[key.Value]; twice {
			p.fault(key, "the key %s is there twice", key.Value)
			return
		}
		messages[key.Value] = p.message(key.Value, value)
	})
	return messages, errors.Join(p.faults...)
}

type parser struct {
	name   string
	faults []error
}

func (p *parser) fault(n *yaml.Node, format string, args ...any) {
	p.faults = append(p.faults, fmt.Errorf("%s:%d:%d: %s", p.name, n.Line, n.Column, fmt.Sprintf(format, args...)))
}

// pairs calls f with each key and value of a mapping.
func (p *parser) pairs(n *yaml.Node, f func(key, value *yaml.Node)) {
	if n.Kind != yaml.MappingNode {
		p.fault(n, "here must be a mapping of names to words")
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		f(n.Content[i], n.Content[i+1])
	}
}

// message reads words, or forms with words.
func (p *parser) message(key string, n *yaml.Node) message {
	if n.Kind == yaml.ScalarNode {
		return message{other: p.template(key, n)}
	}
	m := make(message)
	p.pairs(n, func(name, value *yaml.Node) {
		if !forms[form(name.Value)] {
			p.fault(name, "%s: %q is no form", key, name.Value)
			return
		}
		m[form(name.Value)] = p.template(key, value)
	})
	if m[other] == nil {
		p.fault(n, "%s has no form other", key)
	}
	return m
}

func (p *parser) template(key string, n *yaml.Node) template {
	if n.Kind != yaml.ScalarNode || n.Tag != "!!str" || n.Value == "" {
		p.fault(n, "%s: here must be words", key)
		return nil
	}
	t, err := compile(n.Value)
	if err != nil {
		p.fault(n, "%s: %v", key, err)
	}
	return t
}
