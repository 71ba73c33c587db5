package dev.flint.build.file;

import dev.flint.oci.Platform;
import dev.flint.oci.Reference;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The keys at the top of a build file. */
final class BuildFileParser {
  private final Path path;
  private final Path folder;

  BuildFileParser(Path path, Path folder) {
    this.path = path;
    this.folder = folder;
  }

  BuildFile parse(Section top) throws IOException {
    List<Reference> names = names(top);
    List<Platform> platforms = platforms(top);
    List<Kind> kinds = kinds(top);
    Map<String, String> labels = unreserved(top, "labels");
    Map<String, String> annotations = unreserved(top, "annotations");
    Execution execution = ExecutionParser.parse(top, Execution.NONE);
    List<FileRule> files = FilesParser.parse(top);
    Optional<Section> javaSection = top.section("java");
    Optional<JavaApplication> java =
        javaSection.isPresent()
            ? Optional.of(JavaParser.parse(javaSection.get()))
            : Optional.empty();
    ContainerSection container = new ContainerParser(folder, execution, files).parse(top);
    OsvSection osv = new OsvParser(execution, files).parse(top);
    top.end();
    return new BuildFile(
        path, folder, names, platforms, kinds, labels, annotations, java, container, osv);
  }

  private static List<Reference> names(Section top) throws FlintException {
    String name = top.text("name");
    List<String> tags = top.texts("tags");
    if (name.isEmpty()) {
      if (!tags.isEmpty()) {
        throw top.bad("tags", "need a name");
      }
      return List.of();
    }
    Reference reference;
    try {
      reference = Reference.parse(name);
    } catch (IllegalArgumentException e) {
      throw top.bad("name", "is " + e.getMessage());
    }
    if (reference.digest().isPresent()) {
      throw top.bad("name", "has a digest, which an image that is yet to be made has not");
    }
    if (tags.isEmpty()) {
      return List.of(reference);
    }
    if (!reference.isTagImplied()) {
      throw top.bad("name", "has a tag, and there are tags too");
    }
    List<Reference> out = new ArrayList<>();
    for (String tag : new LinkedHashSet<>(tags)) {
      if (!Reference.isTag(tag)) {
        throw top.bad("tags", "has \"" + tag + "\", which is no tag");
      }
      out.add(Reference.of(reference.host(), reference.repository(), tag));
    }
    return out;
  }

  private static List<Platform> platforms(Section top) throws FlintException {
    Set<Platform> out = new LinkedHashSet<>();
    for (String text : top.texts("platforms")) {
      try {
        out.add(Platform.parse(text));
      } catch (IllegalArgumentException e) {
        throw top.bad("platforms", "has an entry that is " + e.getMessage());
      }
    }
    return out.isEmpty() ? List.of(new Platform("linux", "amd64", "")) : List.copyOf(out);
  }

  private static List<Kind> kinds(Section top) throws FlintException {
    Set<Kind> out = new LinkedHashSet<>();
    for (String text : top.texts("backends")) {
      out.add(
          Kind.of(text)
              .orElseThrow(
                  () ->
                      top.bad(
                          "backends",
                          "has \"" + text + "\", which Flint cannot build",
                          "known are: " + String.join(", ", Kind.ids()))));
    }
    return out.isEmpty() ? List.of(Kind.CONTAINERD) : List.copyOf(out);
  }

  /** Flint sets some keys itself, so they would be lost without a word. */
  private static Map<String, String> unreserved(Section top, String key) throws FlintException {
    Map<String, String> map = top.map(key);
    for (String name : map.keySet()) {
      if (name.startsWith("feather.") || name.startsWith("dev.flint.")) {
        throw top.bad(key, "cannot set \"" + name + "\": Flint sets it itself");
      }
    }
    return map;
  }
}
