package dev.flint.build.file;

import dev.flint.oci.archive.Location;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The section {@code containerd}, and {@code base} at the top of the file. */
final class ContainerParser {
  private static final String BASE = "base";
  private static final String SCRATCH = "scratch";

  private final Path folder;
  private final Execution execution;
  private final List<FileRule> files;

  ContainerParser(Path folder, Execution execution, List<FileRule> files) {
    this.folder = folder;
    this.execution = execution;
    this.files = files;
  }

  ContainerSection parse(Section top) throws IOException {
    Optional<Location> outer = base(top);
    Optional<Section> section = top.section(Kind.CONTAINERD.id());
    if (section.isEmpty()) {
      return new ContainerSection(outer, execution, files);
    }
    Section own = section.get();
    List<FileRule> all = new ArrayList<>(files);
    all.addAll(FilesParser.parse(own));
    ContainerSection container =
        new ContainerSection(
            own.has(BASE) ? base(own) : outer, ExecutionParser.parse(own, execution), all);
    own.end();
    return container;
  }

  private Optional<Location> base(Section section) throws IOException {
    String text = section.text(BASE);
    if (text.isEmpty() || text.equals(SCRATCH)) {
      return Optional.empty();
    }
    Location location;
    try {
      location = Location.parse(text);
    } catch (IllegalArgumentException e) {
      throw section.bad(BASE, "is " + e.getMessage());
    }
    return Optional.of(inFolder(section, location));
  }

  private Location inFolder(Section section, Location location) throws IOException {
    if (location instanceof Location.Folder place) {
      return new Location.Folder(
          BuildPath.resolve(folder, place.folder().toString()), place.name());
    }
    if (location instanceof Location.Archive place) {
      return new Location.Archive(place.form(), Optional.of(file(section, place)), place.name());
    }
    return location;
  }

  private Path file(Section section, Location.Archive place) throws IOException {
    if (place.file().isEmpty()) {
      throw section.bad(BASE, "cannot be read from standard input");
    }
    return BuildPath.resolve(folder, place.file().get().toString());
  }
}
