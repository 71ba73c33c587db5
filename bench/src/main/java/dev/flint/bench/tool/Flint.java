package dev.flint.bench.tool;

import static dev.flint.bench.machine.Script.quote;

import dev.flint.bench.input.Disk;
import dev.flint.bench.machine.Folders;
import dev.flint.bench.machine.Programs;
import dev.flint.bench.machine.Script;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Flint itself, on this machine as it is or as if something were missing. */
public final class Flint implements Tool {
  /** The variant that has no libdeflate. */
  public static final String JDK = "flint, JDK zlib";

  private final String name;
  private final String program;
  private final Path folder;
  private final Map<String, String> env;

  private Flint(String name, Path program, Path folder, Map<String, String> env) {
    this.name = name;
    this.program = quote(program);
    this.folder = folder.resolve(name.replaceAll("[^A-Za-z]+", "-"));
    this.env = env;
  }

  /** Flint as users have it, then as those without libdeflate have it. */
  public static List<Flint> variants(Path program, Path folder) throws IOException {
    return List.of(
        new Flint("flint", program, folder, Map.of()),
        new Flint(JDK, program, folder, Decoy.env(folder.resolve("decoy"))));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void reset() throws IOException {
    Folders.empty(folder);
  }

  @Override
  public Optional<Script> push(Disk disk, String reference) {
    return Optional.of(
        script("import --push --disk %s %s".formatted(quote(disk.file()), reference)));
  }

  @Override
  public Optional<Script> pull(Image image) {
    return Optional.of(script("pull " + image.reference()));
  }

  @Override
  public Optional<Script> unpack(Image image) {
    return Optional.of(
        script("pull " + image.reference())
            .then("%s unpack --to %s %s".formatted(program, quote(unpacked()), image.reference())));
  }

  /** As {@link #unpack}, without keeping the image; empty where this Flint cannot. */
  public Optional<Script> unpackInOnePass(Image image) throws IOException {
    return knows("pull", "--unpack")
        ? Optional.of(
            script("pull --unpack --to %s %s".formatted(quote(unpacked()), image.reference())))
        : Optional.empty();
  }

  @Override
  public Path unpacked() {
    return folder.resolve("disk.out");
  }

  /** Any command of it. */
  public Script script(String words) {
    Map<String, String> all = new HashMap<>(env);
    all.put("FLINT_HOME", folder.toString());
    return new Script(program + " " + words, all);
  }

  private boolean knows(String command, String option) throws IOException {
    return Programs.run("sh", "-c", program + " " + command + " --help").contains(option);
  }
}
