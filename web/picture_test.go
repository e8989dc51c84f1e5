package web

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"os/exec"
	"slices"
	"testing"
)

// cameraNotes is Exif that names the device and the time.
var cameraNotes = func() []byte {
	text := func(tag uint16, at uint32, s string) []byte {
		b := binary.BigEndian.AppendUint16(nil, tag)
		b = binary.BigEndian.AppendUint16(b, 2)
		b = binary.BigEndian.AppendUint32(b, uint32(len(s)))
		return binary.BigEndian.AppendUint32(b, at)
	}
	model, taken := "Example X1\x00", "2024:06:26 14:03:22\x00"
	b := []byte("MM\x00\x2a\x00\x00\x00\x08\x00\x02")
	b = append(b, text(0x0110, 38, model)...)
	b = append(b, text(0x0132, uint32(38+len(model)), taken)...)
	return append(append(append(b, 0, 0, 0, 0), model...), taken...)
}()

// TestStrippedPicturesShowTheSame has the scripts strip pictures that Go encoded
// and a camera's notes were added to, and compares every pixel.
func TestStrippedPicturesShowTheSame(t *testing.T) {
	var pictures, noted [][]byte
	for _, size := range []image.Point{{1, 1}, {7, 300}, {640, 480}} {
		picture := noise(size)
		for _, encode := range []func(*testing.T, image.Image) (plain, noted []byte){encodeJPEG, encodePNG} {
			p, n := encode(t, picture)
			pictures, noted = append(pictures, p), append(noted, n)
		}
	}
	type answer struct {
		Meta     map[string]string `json:"meta"`
		Stripped []byte            `json:"stripped"`
	}
	var answers []answer
	ask(t, "strip", noted, &answers)
	for i, a := range answers {
		if a.Meta["camera"] != "Example X1" || a.Meta["taken"] != "2024-06-26T14:03:22" {
			t.Errorf("picture %d: %v is read", i, a.Meta)
		}
		if bytes.Contains(a.Stripped, []byte("Example")) || bytes.Contains(a.Stripped, []byte("hidden")) {
			t.Errorf("picture %d still tells of its camera", i)
		}
		if !slices.Equal(pixels(t, pictures[i]), pixels(t, a.Stripped)) {
			t.Errorf("picture %d looks otherwise", i)
		}
	}
}

func noise(size image.Point) image.Image {
	m := image.NewNRGBA(image.Rectangle{Max: size})
	for i := range m.Pix {
		m.Pix[i] = byte(rand.Uint32())
	}
	return m
}

func encodeJPEG(t *testing.T, m image.Image) (plain, noted []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	exif := append([]byte("Exif\x00\x00"), cameraNotes...)
	segment := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(exif)+2))
	noted = append(b.Bytes()[:2:2], append(segment, exif...)...)
	noted = append(noted, b.Bytes()[2:]...)
	return b.Bytes(), append(noted, "hidden behind the end"...)
}

func encodePNG(t *testing.T, m image.Image) (plain, noted []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	const head = 8 + 25 // the signature, and the chunk IHDR
	noted = append(b.Bytes()[:head:head], pngChunk("eXIf", cameraNotes)...)
	noted = append(noted, pngChunk("tEXt", []byte("Comment\x00hidden"))...)
	return b.Bytes(), append(noted, b.Bytes()[head:]...)
}

func pngChunk(kind string, data []byte) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	b = append(append(b, kind...), data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func pixels(t *testing.T, encoded []byte) []color.Color {
	t.Helper()
	m, _, err := image.Decode(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	var all []color.Color
	for y := range m.Bounds().Dy() {
		for x := range m.Bounds().Dx() {
			all = append(all, m.At(x, y))
		}
	}
	return all
}

// ask runs test/NAME.ts in Node with a question, as JSON, and reads its answer.
func ask(t *testing.T, name string, question, answer any) {
	t.Helper()
	in, err := json.Marshal(question)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("node", built(t, name))
	cmd.Stdin, cmd.Stderr = bytes.NewReader(in), t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(out, answer); err != nil {
		t.Fatal(err)
	}
}
