/** What {@code flint doctor} looks at: one class for each thing. For the commands alone. */
@NullMarked
package dev.flint.cli.doctor;

import org.jspecify.annotations.NullMarked;
