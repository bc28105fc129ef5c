#include "config.h"

#include "jobs/present.h"

#include "term/tty.h"

enum { USUAL_COLUMNS = 80 /* if the terminal does not report its width */ };

void run_present(const struct run *r, struct report_input *input) {
	enum terminal_choice chart = r->options.style.chart;
	enum terminal_choice colour = r->options.style.colour;
	enum terminal_choice links = r->options.style.links;
	int columns = tty_columns(r->output_fd);
	input->to_terminal = tty_is_terminal(r->output_fd);
	input->utf8 = !input->to_terminal || tty_is_utf8();
	input->chart = chart == TERMINAL_AUTO ? input->to_terminal : chart == TERMINAL_ALWAYS;
	input->colour = colour == TERMINAL_AUTO ? tty_wants_colour(r->output_fd)
						: colour == TERMINAL_ALWAYS;
	input->links = links == TERMINAL_AUTO ? tty_takes_links(r->output_fd)
					      : links == TERMINAL_ALWAYS;
	input->rows = tty_rows(r->output_fd);
	input->columns = !input->to_terminal ? 0 : columns > 0 ? columns : USUAL_COLUMNS;
}
