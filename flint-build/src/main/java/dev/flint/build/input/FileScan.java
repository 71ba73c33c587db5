package dev.flint.build.input;

import dev.flint.build.file.BuildPath;
import dev.flint.build.file.FileRule;
import dev.flint.oci.error.ErrorCode;
import dev.flint.oci.error.FlintException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;

/**
 * Finds what a rule of the build file names. Links become what they lead to, as jib's layers have
 * none, and may not lead out of the build's folder; for a source outside of it, not out of that
 * source.
 */
public final class FileScan {
  /** More than the files of any program; links to folders could make more of few. */
  private static final int MAX_ENTRIES = 1 << 18;

  private static final int FOLDER_MODE = 0755;
  private static final int FILE_MODE = 0644;
  private static final int PROGRAM_MODE = 0755;

  private final Path enclosure;
  private final FileRule rule;
  private final List<Entry> out = new ArrayList<>();

  private FileScan(Path enclosure, FileRule rule) {
    this.enclosure = enclosure;
    this.rule = rule;
  }

  /**
   * Finds the files of a rule, and the folders they are in.
   *
   * @param folder of the build
   * @return sorted by their targets
   * @throws FlintException NOT_FOUND if there is no source, POLICY for links and names that are
   *     refused, UNSUPPORTED for what is neither file, folder nor link
   */
  public static List<Entry> of(Path folder, FileRule rule) throws IOException {
    Path source = BuildPath.resolve(folder, rule.source());
    FileScan scan = new FileScan(BuildPath.enclosure(folder, source), rule);
    if (Files.isDirectory(source)) {
      scan.walk(source);
    } else {
      if (rule.target().equals("/")) {
        throw new FlintException(
            ErrorCode.USAGE,
            "the file " + rule.source() + " cannot become the root of a file system",
            "name its path there, such as /" + source.getFileName());
      }
      scan.add(rule.target(), source, attributes(source));
    }
    scan.out.sort(Comparator.comparing(Entry::target));
    return scan.out;
  }

  /** A folder still to be read, and those it is in: a link may lead to none of these. */
  private record Pending(Path folder, String target, List<Path> above) {}

  private void walk(Path source) throws IOException {
    Deque<Pending> pending = new ArrayDeque<>();
    pending.push(new Pending(source, rule.target(), List.of(source)));
    while (!pending.isEmpty()) {
      Pending next = pending.pop();
      if (!next.target.equals("/")) {
        add(next.target, next.folder, attributes(next.folder));
      }
      try (DirectoryStream<Path> children = Files.newDirectoryStream(next.folder)) {
        for (Path child : children) {
          child(next, child, pending);
        }
      } catch (DirectoryIteratorException e) {
        throw e.getCause();
      }
    }
  }

  private void child(Pending parent, Path child, Deque<Pending> pending) throws IOException {
    String name = String.valueOf(child.getFileName());
    checkName(child, name);
    String target = (parent.target.equals("/") ? "" : parent.target) + "/" + name;
    Path real = child;
    BasicFileAttributes attributes = attributes(child);
    if (attributes.isSymbolicLink()) {
      real = inside(child);
      attributes = attributes(real);
    }
    if (!attributes.isDirectory()) {
      add(target, real, attributes);
      return;
    }
    if (parent.above.contains(real)) {
      throw refused(child, "it leads to a folder that it is in");
    }
    List<Path> above = new ArrayList<>(parent.above);
    above.add(real);
    pending.push(new Pending(real, target, above));
  }

  private void add(String target, Path source, BasicFileAttributes attributes) throws IOException {
    if (!attributes.isDirectory() && !attributes.isRegularFile()) {
      throw new FlintException(
          ErrorCode.UNSUPPORTED, source + " is neither a file, a folder nor a link");
    }
    if (out.size() >= MAX_ENTRIES) {
      throw new FlintException(
          ErrorCode.POLICY, rule.source() + " has more than " + MAX_ENTRIES + " files");
    }
    int mode = attributes.isDirectory() ? rule.folderMode().orElse(FOLDER_MODE) : mode(source);
    out.add(new Entry(target, source, attributes.isDirectory(), mode, rule.owner()));
  }

  /** Of a file's own mode only this counts: the rest depends on who checked it out and how. */
  private int mode(Path file) throws IOException {
    if (rule.mode().isPresent()) {
      return rule.mode().getAsInt();
    }
    return Files.getPosixFilePermissions(file).contains(PosixFilePermission.OWNER_EXECUTE)
        ? PROGRAM_MODE
        : FILE_MODE;
  }

  private Path inside(Path link) throws IOException {
    Path real;
    try {
      real = link.toRealPath();
    } catch (IOException e) {
      throw refused(link, "it leads nowhere");
    }
    if (!real.startsWith(enclosure)) {
      throw refused(link, "it leads out of " + enclosure + ", to " + real);
    }
    return real;
  }

  private static void checkName(Path path, String name) throws FlintException {
    if (name.chars().anyMatch(c -> c < ' ' || c == 0x7f || c == 0xfffd)) {
      throw new FlintException(
          ErrorCode.POLICY,
          "refused " + path + ": its name has control characters or is not UTF-8");
    }
  }

  private static BasicFileAttributes attributes(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
  }

  private static FlintException refused(Path link, String why) {
    return new FlintException(ErrorCode.POLICY, "refused the link " + link + ": " + why);
  }
}
