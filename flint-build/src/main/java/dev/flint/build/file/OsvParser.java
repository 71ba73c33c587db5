package dev.flint.build.file;

import dev.flint.oci.error.FlintException;
import dev.flint.osv.OsvCommandLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The section {@code osv}. */
final class OsvParser {
  private static final String FORMAT = "format";

  private final Execution execution;
  private final List<FileRule> files;

  OsvParser(Execution execution, List<FileRule> files) {
    this.execution = execution;
    this.files = files;
  }

  OsvSection parse(Section top) throws FlintException {
    Optional<Section> section = top.section(Kind.OSV.id());
    if (section.isEmpty()) {
      return new OsvSection(
          "", List.of(), "", List.of(), OsvSection.Format.QCOW2, false, execution, files);
    }
    Section own = section.get();
    List<FileRule> all = new ArrayList<>(files);
    all.addAll(FilesParser.parse(own));
    OsvSection osv =
        new OsvSection(
            own.text("loader"),
            own.texts("packages"),
            OsvCommandLine.folded(own.text("commandLine")).text(),
            own.texts("options"),
            format(own),
            own.flag("compress"),
            ExecutionParser.parse(own, execution),
            all);
    own.end();
    check(own, osv);
    return osv;
  }

  private static OsvSection.Format format(Section own) throws FlintException {
    String text = own.text(FORMAT);
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "", "qcow2" -> OsvSection.Format.QCOW2;
      case "raw" -> OsvSection.Format.RAW;
      default -> throw own.bad(FORMAT, "must be qcow2 or raw");
    };
  }

  private static void check(Section own, OsvSection osv) throws FlintException {
    if (osv.compress() && osv.format() == OsvSection.Format.RAW) {
      throw own.bad("compress", "goes with the format qcow2");
    }
    if (!osv.commandLine().isEmpty() && (own.has("command") || own.has("args"))) {
      throw own.bad("commandLine", "says all that command and args could say");
    }
    for (String key : List.of("options", "env", "workingDir")) {
      if (!osv.commandLine().isEmpty() && own.has(key)) {
        throw own.bad("commandLine", "is the whole line: write what " + key + " says into it");
      }
    }
    for (String option : osv.options()) {
      if (!option.startsWith("--")) {
        throw own.bad("options", "has \"" + option + "\", which is no option such as --noinit");
      }
    }
  }
}
