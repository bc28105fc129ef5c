"""What the AWS CLI's own library makes of environments and files, without a network: reads a JSON list of
{environment, profile} from standard input and prints a list of what each leads to, "KEY REGION TOKEN" or null where it
refuses. CLI v2 brings the library along, v1 uses that of the host."""
import json
import os
import sys

try:
    import awscli.botocore as botocore
    import awscli.botocore.session as session
    import awscli.botocore.utils as utils
except ImportError:
    import botocore
    import botocore.session as session
    import botocore.utils as utils


def read(row):
    os.environ.clear()
    os.environ.update(row['environment'])
    try:
        opened = session.Session(profile=row['profile'])
        region = os.environ.get('AWS_REGION') or opened.get_config_variable('region')
        utils.validate_region_name(region)
        keys = opened.get_credentials()
        if not region or not keys:
            return None
        keys = keys.get_frozen_credentials()
        return ' '.join((keys.access_key, region, keys.token or '-'))
    except Exception as reason:  # whatever it is, the CLI would end with it
        print('%s: %s' % (type(reason).__name__, reason), file=sys.stderr)
        return None


rows = json.load(sys.stdin)
print(json.dumps({'version': botocore.__version__, 'read': [read(row) for row in rows]}))
