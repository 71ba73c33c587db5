package dev.flint.build.file;

import dev.flint.oci.error.FlintException;
import java.util.List;

/** The section {@code java}. */
final class JavaParser {
  private JavaParser() {}

  static JavaApplication parse(Section section) throws FlintException {
    JavaApplication application =
        new JavaApplication(
            section.text("jar"),
            section.texts("classes"),
            section.texts("resources"),
            section.texts("dependencies"),
            mainClass(section),
            section.texts("jvmFlags"));
    section.end();
    List<String> folders = application.classes();
    if (application.jar().isEmpty() == folders.isEmpty()) {
      throw section.bad("jar", "or classes is required, and not both");
    }
    if (application.jar().isEmpty() && application.mainClass().isEmpty()) {
      throw section.bad("mainClass", "is required where there is no jar to say it");
    }
    return application;
  }

  private static String mainClass(Section section) throws FlintException {
    String name = section.text("mainClass");
    if (!name.isEmpty() && !name.matches("[\\p{L}_$][\\p{L}\\p{N}_$]*(\\.[\\p{L}\\p{N}_$]+)*")) {
      throw section.bad("mainClass", "must be the name of a class");
    }
    return name;
  }
}
