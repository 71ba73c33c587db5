/** Tests of what the doctor looks at. */
@NullMarked
package dev.flint.cli.doctor;

import org.jspecify.annotations.NullMarked;
