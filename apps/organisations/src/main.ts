import { organisationsContext } from '@alongside/organisations';
import { runService } from '@alongside/service';

runService(organisationsContext);
