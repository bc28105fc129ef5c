/* What can determine the state of a series or of running tasks. */
#ifndef MODEL_REASON_H
#define MODEL_REASON_H

enum reason {
	REASON_POINTS,     /* its points, judged against the ranges */
	REASON_TASKS,      /* its running tasks, judged against the ranges */
	REASON_GROWTH,     /* it grows steadily; its points alone are OK */
	REASON_UNANSWERED, /* the run ended before it was known */
	REASON_FAILED,     /* it was lost to an error */
	/* The others: the series has no current data. */
	REASON_GONE, /* the service is not ACTIVE: left out of the verdict unless -s names it */
	REASON_NOT_DESCRIBED,  /* a managed daemon, of which ECS has no description */
	REASON_POLICY,         /* --no-data sets the state */
	REASON_PERCENTILE,     /* CloudWatch returned no percentile although the service runs */
	REASON_NO_VOLUME,      /* ebs without a point: no volume is attached */
	REASON_SCALED_TO_ZERO, /* no task is desired */
	REASON_NO_INSTANCE,    /* no task is desired, DAEMON service */
	REASON_NEW,            /* created or deployed recently */
	REASON_STARTING,       /* no task runs yet; the first ones were started recently */
	REASON_DOWN,           /* tasks are desired, none runs */
	REASON_NO_DATA,        /* no benign reason */
	REASON_NOT_CLEAR,      /* ECS's answer is contradictory or unknown to this version */
	REASON_NOT_ASKED,      /* the call limit for ECS was reached */
	REASON_ASKING_FAILED   /* asking ECS failed */
};

/* How the shown value breaches. */
enum direction { DIRECTION_NONE, DIRECTION_ABOVE, DIRECTION_BELOW, DIRECTION_INSIDE };

#endif
