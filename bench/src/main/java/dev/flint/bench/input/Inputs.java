package dev.flint.bench.input;

import dev.flint.bench.machine.Folders;
import dev.flint.bench.machine.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Makes the inputs in a folder, where they stay for the next time. */
public final class Inputs {
  private static final String RAW = "raw";
  private static final String QCOW2 = "qcow2";

  private final Path folder;

  /** Keeps inputs in a folder. */
  public Inputs(Path folder) {
    this.folder = folder;
  }

  /**
   * The input of a name, {@code SHAPE.FORMAT}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Input make(String name) throws IOException {
    int dot = name.indexOf('.');
    String format = name.substring(dot + 1);
    Shape shape =
        Shape.named(name.substring(0, Math.max(dot, 0)))
            .filter(found -> format.equals(RAW) || format.equals(QCOW2))
            .orElseThrow(() -> new IllegalArgumentException("no such input: " + name));
    return new Input(
        name,
        disk(built(shape, 1), format),
        disk(built(shape, 2), format),
        disk(edited(shape), format));
  }

  private Path built(Shape shape, int version) throws IOException {
    Path tree = tree(shape, version);
    return once(shape.label() + "-v" + version + ".raw", part -> shape.make(part, tree, version));
  }

  private Path edited(Shape shape) throws IOException {
    Path first = built(shape, 1);
    Path tree = tree(shape, 1);
    return once(
        shape.label() + "-edited.raw",
        part -> {
          Programs.run("cp", "--sparse=always", first.toString(), part.toString());
          InPlaceEdit.apply(part, tree);
        });
  }

  private Path tree(Shape shape, int version) throws IOException {
    return once(
        "tree-" + shape.content() / 1_000_000 + "m-v" + version,
        part -> FileTree.make(part, shape.content(), version));
  }

  private Disk disk(Path raw, String format) throws IOException {
    Path file = raw;
    if (format.equals(QCOW2)) {
      Path program = Programs.require("qemu-img", "qemu-utils");
      file =
          once(
              raw.getFileName().toString().replace(".raw", ".qcow2"),
              part ->
                  Programs.run(
                      program.toString(), "convert", "-O", QCOW2, raw.toString(), part.toString()));
    }
    return new Disk(file, new PlainLayout(file, folder.resolve(file.getFileName() + ".layout")));
  }

  private interface Maker {
    void make(Path part) throws IOException;
  }

  /** Whole or not there, so that a run that was stopped does no harm. */
  private Path once(String name, Maker maker) throws IOException {
    Path file = folder.resolve(name);
    if (!Files.exists(file)) {
      Path part = Folders.empty(folder.resolve("part")).resolve(name);
      maker.make(part);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return file;
  }
}
