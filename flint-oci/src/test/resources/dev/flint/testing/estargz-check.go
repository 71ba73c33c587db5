// estargz-check reads and writes eStargz layers with the library of stargz-snapshotter, so that
// Flint's layers are judged by a reader that is not Flint's.
//
//	estargz-check read [-zstd] BLOB TOC-DIGEST
//	estargz-check make [-zstd] [-chunk-size N] [-first NAME] TAR BLOB
//	estargz-check first BLOB
//
// The last prints the first entry of a gzip layer as the Go programs see it that know no eStargz.
// The result is one JSON object. What does not verify ends it with a message and exit code 1.
package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path"
	"sort"

	"github.com/containerd/stargz-snapshotter/estargz"
	"github.com/containerd/stargz-snapshotter/estargz/zstdchunked"
	"github.com/klauspost/compress/zstd"
	digest "github.com/opencontainers/go-digest"
)

// A chunk is read at once; a table that asks for more is refused instead of obeyed.
const maxChunk = 256 << 20

type file struct {
	Name   string        `json:"name"`
	Size   int64         `json:"size"`
	Digest digest.Digest `json:"digest"`
	Chunks int           `json:"chunks"`
}

type content struct {
	Files []file `json:"files"`
}

type entry struct {
	Name   string        `json:"name"`
	Type   string        `json:"type"`
	Size   int64         `json:"size"`
	Digest digest.Digest `json:"digest"`
}

type made struct {
	TOCDigest digest.Digest `json:"tocDigest"`
	DiffID    digest.Digest `json:"diffId"`
}

// zstdCompression is what Build wants and the library has only in two halves.
type zstdCompression struct {
	*zstdchunked.Compressor
	*zstdchunked.Decompressor
}

func main() {
	result, err := run(os.Args[1:])
	if err == nil {
		err = json.NewEncoder(os.Stdout).Encode(result)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "estargz-check:", err)
		os.Exit(1)
	}
}

// The library panics on some footers that it should refuse.
func run(args []string) (result any, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic in the library: %v", p)
		}
	}()
	if len(args) == 0 {
		return nil, errors.New("none of read, make and first")
	}
	flags := flag.NewFlagSet(args[0], flag.ContinueOnError)
	isZstd := flags.Bool("zstd", false, "zstd:chunked instead of gzip")
	chunkSize := flags.Int("chunk-size", 0, "bytes of a chunk; 0 is the library's own choice")
	first := flags.String("first", "", "the file to put before the prefetch landmark")
	if err := flags.Parse(args[1:]); err != nil {
		return nil, err
	}
	if args[0] == "first" && flags.NArg() == 1 {
		return firstEntry(flags.Arg(0))
	}
	if flags.NArg() != 2 {
		return nil, fmt.Errorf("%s has %d arguments", args[0], flags.NArg())
	}
	switch args[0] {
	case "read":
		return readLayer(flags.Arg(0), flags.Arg(1), *isZstd)
	case "make":
		var options []estargz.Option
		if *chunkSize > 0 {
			options = append(options, estargz.WithChunkSize(*chunkSize))
		}
		if *first != "" {
			options = append(options, estargz.WithPrioritizedFiles([]string{*first}))
		}
		if *isZstd {
			compressor := &zstdchunked.Compressor{CompressionLevel: zstd.SpeedDefault}
			options = append(options, estargz.WithCompression(zstdCompression{compressor, nil}))
		}
		return makeLayer(flags.Arg(0), flags.Arg(1), options)
	}
	return nil, errors.New("none of read, make and first")
}

func readLayer(blob, tocDigest string, isZstd bool) (*content, error) {
	want, err := digest.Parse(tocDigest)
	if err != nil {
		return nil, err
	}
	section, closer, err := open(blob)
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	var options []estargz.OpenOption
	if isZstd {
		options = append(options, estargz.WithDecompressors(new(zstdchunked.Decompressor)))
	}
	layer, err := estargz.Open(section, options...)
	if err != nil {
		return nil, err
	}
	verifier, err := layer.VerifyTOC(want)
	if err != nil {
		return nil, err
	}
	names, err := regularFiles(layer)
	if err != nil {
		return nil, err
	}
	result := &content{Files: []file{}}
	for _, name := range names {
		read, err := readFile(layer, verifier, name)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		result.Files = append(result.Files, read)
	}
	return result, nil
}

// regularFiles walks the tree that the table describes; the landmarks are no content.
func regularFiles(layer *estargz.Reader) ([]string, error) {
	root, ok := layer.Lookup("")
	if !ok {
		return nil, errors.New("the table has no root folder")
	}
	var names []string
	var walk func(folder string, entry *estargz.TOCEntry)
	walk = func(folder string, entry *estargz.TOCEntry) {
		entry.ForeachChild(func(base string, child *estargz.TOCEntry) bool {
			name := path.Join(folder, base)
			if child.Type == "dir" {
				walk(name, child)
			} else if child.Type == "reg" &&
				name != estargz.PrefetchLandmark && name != estargz.NoPrefetchLandmark {
				names = append(names, name)
			}
			return true
		})
	}
	walk("", root)
	sort.Strings(names)
	return names, nil
}

// readFile reads chunk by chunk, as a snapshotter does, and each chunk must match its digest.
func readFile(layer *estargz.Reader, verifier estargz.TOCEntryVerifier, name string) (file, error) {
	entry, _ := layer.Lookup(name)
	reader, err := layer.OpenFile(name)
	if err != nil {
		return file{}, err
	}
	whole := digest.Canonical.Digester()
	chunks := 0
	for position := int64(0); position < entry.Size; chunks++ {
		chunk, ok := layer.ChunkEntryForOffset(name, position)
		if !ok {
			return file{}, fmt.Errorf("no chunk holds byte %d", position)
		}
		if chunk.ChunkOffset != position || chunk.ChunkSize <= 0 || chunk.ChunkSize > maxChunk ||
			chunk.ChunkSize > entry.Size-position {
			return file{}, fmt.Errorf("a chunk of %d bytes at %d where %d of %d are read",
				chunk.ChunkSize, chunk.ChunkOffset, position, entry.Size)
		}
		check, err := verifier.Verifier(chunk)
		if err != nil {
			return file{}, err
		}
		data := make([]byte, chunk.ChunkSize)
		if _, err := reader.ReadAt(data, position); err != nil {
			return file{}, fmt.Errorf("chunk at %d: %w", position, err)
		}
		check.Write(data)
		if !check.Verified() {
			return file{}, fmt.Errorf("chunk at %d does not match %s", position, chunk.ChunkDigest)
		}
		whole.Hash().Write(data)
		position += chunk.ChunkSize
	}
	if entry.Digest != "" && entry.Digest != whole.Digest().String() {
		return file{}, fmt.Errorf("the file is %s, the table says %s", whole.Digest(), entry.Digest)
	}
	return file{Name: name, Size: entry.Size, Digest: whole.Digest(), Chunks: chunks}, nil
}

func firstEntry(blob string) (*entry, error) {
	section, closer, err := open(blob)
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	unpacked, err := gzip.NewReader(section)
	if err != nil {
		return nil, err
	}
	archive := tar.NewReader(unpacked)
	header, err := archive.Next()
	if err != nil {
		return nil, err
	}
	content, err := digest.FromReader(archive)
	if err != nil {
		return nil, err
	}
	return &entry{
		Name: header.Name, Type: string(header.Typeflag), Size: header.Size, Digest: content,
	}, nil
}

func makeLayer(archive, blob string, options []estargz.Option) (*made, error) {
	section, closer, err := open(archive)
	if err != nil {
		return nil, err
	}
	defer closer.Close()
	built, err := estargz.Build(section, options...)
	if err != nil {
		return nil, err
	}
	defer built.Close()
	out, err := os.Create(blob)
	if err != nil {
		return nil, err
	}
	if _, err := io.Copy(out, built); err != nil {
		out.Close()
		return nil, err
	}
	if err := out.Close(); err != nil {
		return nil, err
	}
	return &made{TOCDigest: built.TOCDigest(), DiffID: built.DiffID()}, nil
}

func open(name string) (*io.SectionReader, io.Closer, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return io.NewSectionReader(f, 0, info.Size()), f, nil
}
