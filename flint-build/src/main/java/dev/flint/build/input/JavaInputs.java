package dev.flint.build.input;

import dev.flint.build.file.BuildPath;
import dev.flint.build.file.Execution;
import dev.flint.build.file.FileRule;
import dev.flint.build.file.JavaApplication;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The files of a Java application, found and checked, in the places where jib puts them: {@code
 * /app/libs}, {@code /app/resources} and {@code /app/classes}.
 */
public final class JavaInputs {
  /** Where everything is. */
  static final String ROOT = "/app";

  private static final String LIBS = ROOT + "/libs";
  private static final String RESOURCES = ROOT + "/resources";
  private static final String CLASSES = ROOT + "/classes";
  private static final int FILE_MODE = 0644;

  private final JavaApplication application;
  private final Optional<Path> jar;
  private final String mainClass;
  private final List<Entry> dependencies;
  private final List<Entry> snapshots;
  private final List<Entry> resources;
  private final List<Entry> classes;

  private JavaInputs(
      JavaApplication application,
      Optional<Path> jar,
      String mainClass,
      List<Entry> libraries,
      List<Entry> resources,
      List<Entry> classes) {
    this.application = application;
    this.jar = jar;
    this.mainClass = mainClass;
    this.dependencies = libraries.stream().filter(entry -> !isSnapshot(entry)).toList();
    this.snapshots = libraries.stream().filter(JavaInputs::isSnapshot).toList();
    this.resources = resources;
    this.classes = classes;
  }

  /** Finds the files. */
  public static JavaInputs of(Path folder, JavaApplication application) throws IOException {
    Libraries libraries = new Libraries(folder);
    Optional<Path> jar = Optional.empty();
    String mainClass = application.mainClass();
    if (!application.jar().isEmpty()) {
      Path path = BuildPath.resolve(folder, application.jar());
      jar = Optional.of(path);
      mainClass = libraries.addThoseOf(path, application, mainClass);
    }
    for (String dependency : application.dependencies()) {
      libraries.add(dependency);
    }
    List<Entry> resources = folders(folder, application.resources(), RESOURCES);
    List<Entry> both = folders(folder, application.classes(), CLASSES);
    List<Entry> classes = new ArrayList<>();
    for (Entry entry : both) {
      if (entry.folder()) {
        continue;
      }
      if (entry.target().endsWith(".class")) {
        classes.add(entry);
      } else {
        String target = RESOURCES + entry.target().substring(CLASSES.length());
        resources.add(new Entry(target, entry.source(), false, FILE_MODE, ""));
      }
    }
    return new JavaInputs(
        application, jar, mainClass, List.copyOf(libraries.found.values()), resources, classes);
  }

  private static List<Entry> folders(Path folder, List<String> sources, String target)
      throws IOException {
    List<Entry> out = new ArrayList<>();
    for (String source : sources) {
      FileRule rule =
          new FileRule(source, target, OptionalInt.of(FILE_MODE), OptionalInt.empty(), "");
      FileScan.of(folder, rule).stream().filter(entry -> !entry.folder()).forEach(out::add);
    }
    return out;
  }

  private static boolean isSnapshot(Entry entry) {
    return entry.target().contains("SNAPSHOT");
  }

  /** All files that it depends on. */
  public List<Entry> entries() {
    List<Entry> all = new ArrayList<>(dependencies);
    all.addAll(snapshots);
    all.addAll(resources);
    all.addAll(classes);
    jar.ifPresent(path -> all.add(new Entry("jar", path, false, FILE_MODE, "")));
    return all;
  }

  /**
   * The layers, those that change least first, as jib has them.
   *
   * @param work an empty folder, for a jar that is taken apart; to be kept until the layers are
   *     read
   */
  public List<Layer> layers(Path work) throws IOException {
    List<Entry> allResources = new ArrayList<>(resources);
    List<Entry> allClasses = new ArrayList<>(classes);
    if (jar.isPresent()) {
      Path ownClasses = Files.createDirectories(work.resolve("classes"));
      Path ownResources = Files.createDirectories(work.resolve("resources"));
      try (JarFolder content = JarFolder.open(jar.get())) {
        content.extract(ownClasses, ownResources);
      }
      allResources.addAll(folders(work, List.of("resources"), RESOURCES));
      allClasses.addAll(folders(work, List.of("classes"), CLASSES));
    }
    List<Layer> layers = new ArrayList<>();
    add(layers, "dependencies", dependencies);
    add(layers, "snapshot dependencies", snapshots);
    add(layers, "resources", allResources);
    add(layers, "classes", allClasses);
    return layers;
  }

  private static void add(List<Layer> layers, String name, List<Entry> entries) {
    TreeMap<String, Entry> sorted = new TreeMap<>();
    entries.forEach(entry -> sorted.putIfAbsent(entry.target(), entry));
    if (!sorted.isEmpty()) {
      layers.add(new Layer(name, List.copyOf(sorted.values())));
    }
  }

  /** How it is started, unless that was said already. */
  public Execution start(Execution said, String java) {
    return said.command().isEmpty() ? said.withCommand(command(List.of(java))) : said;
  }

  /** The words that start it, after the name of the Java VM. */
  public List<String> command(List<String> java) {
    List<String> words = new ArrayList<>(java);
    words.addAll(application.jvmFlags());
    words.add("-cp");
    List<String> classPath = new ArrayList<>(List.of(RESOURCES, CLASSES));
    dependencies.forEach(entry -> classPath.add(entry.target()));
    snapshots.forEach(entry -> classPath.add(entry.target()));
    words.add(String.join(":", classPath));
    words.add(mainClass);
    return words;
  }

  /** Jars by their place in the variant, in the order of the class path. One thread's. */
  private static final class Libraries {
    private final Path folder;
    private final Map<String, Entry> found = new LinkedHashMap<>();

    Libraries(Path folder) {
      this.folder = folder;
    }

    /** What a jar's manifest names; gives the class to start. */
    String addThoseOf(Path path, JavaApplication application, String mainClass) throws IOException {
      try (JarFolder jar = JarFolder.open(path)) {
        Path beside = folder.resolve(application.jar()).resolveSibling("").toRealPath();
        Path enclosure = BuildPath.enclosure(folder, beside);
        for (String name : jar.classPath()) {
          add(inside(path, beside, enclosure, name), name);
        }
        if (!mainClass.isEmpty()) {
          return mainClass;
        }
        return jar.mainClass()
            .orElseThrow(
                () ->
                    new FlintException(
                        ErrorCode.PROTOCOL,
                        "the manifest of " + path + " names no class to start",
                        "set java.mainClass"));
      }
    }

    /** What a jar or a folder names is not in the build file for everyone to read. */
    private static Path inside(Path from, Path start, Path enclosure, String name)
        throws IOException {
      Path real;
      try {
        real = start.resolve(name).toRealPath();
      } catch (NoSuchFileException | InvalidPathException e) {
        throw new FlintException(
            ErrorCode.NOT_FOUND, "there is no " + name + ", which " + from + " names", "", e);
      }
      if (BuildPath.isAbsolute(name) || !real.startsWith(enclosure)) {
        throw new FlintException(
            ErrorCode.POLICY,
            "refused " + name + ", which " + from + " names: it is outside of " + enclosure,
            "if you mean it, name it in java.dependencies");
      }
      return real;
    }

    void add(String source) throws IOException {
      add(BuildPath.resolve(folder, source), source);
    }

    private void add(Path path, String source) throws IOException {
      if (!Files.isDirectory(path)) {
        put(path, String.valueOf(Path.of(source).getFileName()));
        return;
      }
      List<String> names = new ArrayList<>();
      try (DirectoryStream<Path> jars = Files.newDirectoryStream(path, "*.jar")) {
        jars.forEach(jar -> names.add(String.valueOf(jar.getFileName())));
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
      Collections.sort(names);
      Path enclosure = BuildPath.enclosure(folder, path);
      for (String name : names) {
        put(inside(path, path, enclosure, name), name);
      }
    }

    private void put(Path path, String name) throws FlintException {
      if (!Files.isRegularFile(path)) {
        throw new FlintException(ErrorCode.UNSUPPORTED, path + " is no jar");
      }
      String target = LIBS + "/" + name;
      Entry before = found.put(target, new Entry(target, path, false, FILE_MODE, ""));
      if (before != null && !before.source().equals(path)) {
        throw new FlintException(
            ErrorCode.USAGE,
            "there are two dependencies named " + name + ": " + before.source() + " and " + path);
      }
    }
  }
}
